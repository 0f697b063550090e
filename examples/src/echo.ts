/** A length-prefixed echo server and a client that talks to it: `node examples/dist/echo.js`. */
import type { AddressInfo } from 'node:net';
import { connect, FramedProtocol, type FrameReceiver, lengthPrefixed, listen } from 'landfall';

const framing = lengthPrefixed({ lengthBytes: 4 });
const framed = (receiver: FrameReceiver): FramedProtocol => new FramedProtocol({ framing, receiver });

const server = await listen({ host: '127.0.0.1', port: 0 }, () =>
  framed({
    frameReceived(memory, start, end, echo) {
      echo.writeFrame(memory.subarray(start, end)); // safe: landfall knows its own memory
    },
  }),
);

const words = ['hello', 'from', 'landfall'];
const { port } = server.address as AddressInfo;
const { transport, protocol } = await connect({ host: '127.0.0.1', port }, () =>
  framed({
    frameReceived(memory, start, end) {
      const word = Buffer.from(memory.subarray(start, end)).toString();
      console.log(word);
      if (word === words.at(-1)) transport.close();
    },
  }),
);
for (const word of words) protocol.writeFrame(Buffer.from(word));

await transport.closed;
await server.close();
