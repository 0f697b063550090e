/** A chat by lines, in which the first line is a name and all others get the rest: `node examples/dist/chat.js`. */
import type { AddressInfo } from 'node:net';
import { type ByteStream, openStream, serveStreams } from 'landfall';

const members = new Set<ByteStream>();

function tell(line: string, from: ByteStream): void {
  for (const member of members) {
    // Who does not read is not waited for, and does not fill the memory.
    if (member.transport.writeBufferSize > 1_000_000) member.abort();
    else if (member !== from) member.write(`${line}\n`);
  }
}

const onError = (error: Error): void => console.error(error.message); // one connection broke: the others go on
const server = await serveStreams({ host: '127.0.0.1', port: 0, onError }, async (stream) => {
  const name = await stream.readLine({ limitBytes: 100, timeoutMs: 60_000 });
  if (name === null) return;
  members.add(stream);
  stream.write(`welcome, ${name}: you are ${members.size}\n`);
  tell(`${name} is here`, stream);
  try {
    for (let line = await stream.readLine(); line !== null; line = await stream.readLine())
      tell(`${name}: ${line}`, stream);
  } finally {
    members.delete(stream);
    tell(`${name} has left`, stream);
  }
});

const { port } = server.address as AddressInfo;
const [ann, bob] = [await openStream({ host: '127.0.0.1', port }), await openStream({ host: '127.0.0.1', port })];
ann.write('Ann\n');
console.log(await ann.readLine());
bob.write('Bob\nland in sight\n');
await bob.end();
for (let lines = 0; lines < 3; lines++) console.log(await ann.readLine());
await ann.close();
await server.close();
