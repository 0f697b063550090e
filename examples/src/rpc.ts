/** Remote calls over length-prefixed frames, many at a time: `node examples/dist/rpc.js`. */
import type { AddressInfo } from 'node:net';
import { connect, FramedProtocol, type FrameReceiver, lengthPrefixed, listen } from 'landfall';

type Message = [id: number, content: string | number];
const framing = lengthPrefixed({ lengthBytes: 4, maxFrameBytes: 1_000_000 });
const framed = (receiver: FrameReceiver): FramedProtocol => new FramedProtocol({ framing, receiver });
const encode = (message: Message): Uint8Array => Buffer.from(JSON.stringify(message));
const decode = (memory: Uint8Array, start: number, end: number): Message =>
  JSON.parse(Buffer.from(memory.subarray(start, end)).toString());

const server = await listen({ host: '127.0.0.1', port: 0 }, () =>
  framed({
    frameReceived(memory, start, end, connection) {
      const [id, words] = decode(memory, start, end);
      connection.writeFrame(encode([id, String(words).toUpperCase()]));
    },
  }),
);

const waiting = new Map<number, (answer: string | number) => void>();
const client = framed({
  frameReceived(memory, start, end) {
    const [id, answer] = decode(memory, start, end);
    waiting.get(id)?.(answer);
    waiting.delete(id);
  },
});
const { port } = server.address as AddressInfo;
const { transport } = await connect({ host: '127.0.0.1', port }, () => client);
let calls = 0;
const shout = (words: string): Promise<string | number> => {
  client.writeFrame(encode([++calls, words]));
  return new Promise((resolve) => waiting.set(calls, resolve));
};
console.log(await Promise.all([shout('land in sight'), shout('all hands on deck')]));
transport.close();
await server.close();
