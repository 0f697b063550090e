/** A server that keeps what it was sent, and gives it back on request: `node examples/dist/keeping.js`. */
import type { AddressInfo } from 'node:net';
import { connect, FramedProtocol, lengthPrefixed, listen, type Transport } from 'landfall';

const framing = lengthPrefixed({ lengthBytes: 4 });
/** Memory of their own, of exactly their size: nothing else is held on to. */
const kept: Uint8Array[] = [];

const server = await listen({ host: '127.0.0.1', port: 0 }, () => {
  return new FramedProtocol({
    framing,
    receiver: {
      frameReceived(_memory, start, end, framed) {
        if (end > start)
          kept.push(framed.takeFrame().keep()); // the frame itself is only borrowed
        else for (const bytes of kept) framed.writeFrame(bytes);
      },
    },
  });
});

const sent = [Buffer.from('first'), Buffer.alloc(3_000_000, 'second '), Buffer.from('third')];
let transport: Transport;
let answers = 0;
const client = new FramedProtocol({
  framing,
  receiver: {
    frameReceived(memory, start, end) {
      const isSame = sent[answers++]!.equals(memory.subarray(start, end));
      console.log(`${end - start} bytes, ${isSame ? 'as sent' : 'changed'}`);
      if (answers === sent.length) transport.close();
    },
  },
});
const { port } = server.address as AddressInfo;
({ transport } = await connect({ host: '127.0.0.1', port }, () => client));
for (const bytes of [...sent, Buffer.alloc(0)]) client.writeFrame(bytes); // an empty frame asks for them

await transport.closed;
await server.close();
