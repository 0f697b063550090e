/**
 * One end of very many connections, each of which exchanges frames: `crowd-program.js server` or
 * `crowd-program.js client CONNECTIONS PUSH-PORT PULL-PORT`.
 *
 * The server echoes, by `FramedProtocol` on one port and by `serveFrames` on the other, and says `listening PUSH PULL`. The
 * client opens half of its connections to each, says `open` when all of them stand, exchanges frames on all at once at
 * the line `go`, closes them and says `done`. Both answer the line `left` with what they still have, and end with their input.
 */
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { FramedProtocol, type FrameStream, lengthPrefixed, listen, openFrames, serveFrames } from 'landfall';
import { blockPool } from '../../dist/memory/block-pool.js';
import { noise } from '../../dist/testing/random.js';

const HOST = '127.0.0.1';
/** The server's queue of those that it has not accepted yet; the client opens fewer at a time. */
const BACKLOG = 1_024;
const OPENED_AT_A_TIME = 200;
const FRAMES_EACH = 3;
const SMALL_BYTES = 100;
/** One in so many connections sends a large one, too. */
const CONNECTIONS_PER_LARGE = 50;
const LARGE_BYTES = 200_000;
const TIMEOUT_MS = 60_000;

const framing = lengthPrefixed({ lengthBytes: 4 });
let begin: () => void = () => {};
const go = new Promise<void>((resolve) => {
  begin = resolve;
});
let connections: () => number = () => 0;

function fail(error: Error): never {
  throw error;
}

async function serve(): Promise<void> {
  const where = { host: HOST, port: 0, backlog: BACKLOG, onError: fail };
  const receiver = {
    frameReceived(memory: Uint8Array, start: number, end: number, framed: FramedProtocol): void {
      framed.writeFrame(memory.subarray(start, end));
    },
  };
  const push = await listen(where, () => new FramedProtocol({ framing, receiver }));
  const pull = await serveFrames({ ...where, framing }, async (stream) => {
    for await (const frame of stream) stream.write(frame);
  });
  connections = () => push.connections + pull.connections;
  console.log(`listening ${(push.address as AddressInfo).port} ${(pull.address as AddressInfo).port}`);
}

async function exchange(stream: FrameStream, i: number): Promise<void> {
  const sizes = Array.from({ length: FRAMES_EACH }, () => SMALL_BYTES + (i % SMALL_BYTES));
  if (i % CONNECTIONS_PER_LARGE === 0) sizes.push(LARGE_BYTES);
  for (const bytes of sizes) {
    const sent = noise(bytes);
    stream.write(sent);
    const frame = await stream.read({ timeoutMs: TIMEOUT_MS });
    if (frame === null || !sent.equals(frame.bytes)) throw new Error(`connection ${i}: not what was sent came back`);
    frame.release();
  }
}

async function crowd(count: number, ports: readonly number[]): Promise<void> {
  const streams: FrameStream[] = [];
  connections = () => streams.length;
  while (streams.length < count) {
    const opened = Array.from({ length: Math.min(OPENED_AT_A_TIME, count - streams.length) }, (_, i) =>
      openFrames({ host: HOST, port: ports[i % 2]!, framing, timeoutMs: TIMEOUT_MS }),
    );
    streams.push(...(await Promise.all(opened)));
  }
  console.log('open');
  await go;
  await Promise.all(streams.map(exchange));
  await Promise.all(streams.map((stream) => stream.close()));
  streams.length = 0;
  console.log('done');
}

const [role, count = '0', ...ports] = process.argv.slice(2);
if (role === 'server') await serve();
else void crowd(Number(count), ports.map(Number));
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'go') begin();
  else if (line === 'left') console.log(`left ${connections()} connections, ${blockPool.usedBytes} bytes`);
}
process.exit(0);
