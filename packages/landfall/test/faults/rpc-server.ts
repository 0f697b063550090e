/**
 * A server to be killed: `rpc-server.js JOURNAL SEED [PUSH-PORT PULL-PORT]`, by `FramedProtocol` on one port and by
 * `serveFrames` on the other. It applies a request by appending `ID SUM` to the journal, and only then answers. Now and
 * then, by chance, it aborts a connection: before it applies, before it answers, or right after.
 *
 * Says `listening PUSH-PORT PULL-PORT`, and ends with its input.
 */
import { openSync, writeSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import {
  type Frame,
  FramedProtocol,
  type FrameReceiver,
  type FrameStream,
  listen,
  serveFrames,
  type Transport,
} from 'landfall';
import { seededRandom } from '../../dist/testing/random.js';
import { answerOf, FRAMING, sumOf } from './rpc-wire.js';

const [journalPath = '', seed = '1', pushPort = '0', pullPort = '0'] = process.argv.slice(2);
const journal = openSync(journalPath, 'a');
const random = seededRandom(Number(seed));
/** One in so many requests ends its connection. */
const REQUESTS_PER_ABORT = 400;

/** Applies one request and answers it, unless chance has it that the connection ends. */
function serve(
  memory: Uint8Array,
  start: number,
  end: number,
  transport: Transport,
  answer: (frame: Buffer) => void,
): void {
  const mishap = random() * REQUESTS_PER_ABORT;
  if (mishap < 1 / 3) return transport.abort();
  const id = new DataView(memory.buffer, memory.byteOffset + start, 4).getUint32(0, true);
  const sum = sumOf(memory, start + 4, end);
  writeSync(journal, `${id} ${sum}\n`);
  if (mishap < 2 / 3) return transport.abort();
  answer(answerOf(id, sum));
  if (mishap < 1) transport.abort();
}

function receiver(): FrameReceiver {
  let transport: Transport;
  return {
    connectionMade: (made) => {
      transport = made;
    },
    frameReceived: (memory, start, end, framed) => {
      if (!transport.isClosing) serve(memory, start, end, transport, (frame) => framed.writeFrame(frame));
    },
  };
}

async function serveStream(stream: FrameStream): Promise<void> {
  try {
    for await (const frame of stream) serveFrame(stream, frame);
  } catch (error) {
    // The client has aborted, or chance had it here: that is what this is about.
    if (!['ERR_LOST', 'ERR_CLOSED', 'ERR_INCOMPLETE'].includes((error as { code: string }).code)) throw error;
  }
}

function serveFrame(stream: FrameStream, { bytes }: Frame): void {
  serve(bytes, 0, bytes.length, stream.transport, (frame) => stream.write(frame));
}

const onError = (error: Error): never => {
  throw error;
};
const HOST = '127.0.0.1';
const push = await listen(
  { host: HOST, port: Number(pushPort), onError },
  () => new FramedProtocol({ framing: FRAMING, receiver: receiver() }),
);
const pull = await serveFrames({ host: HOST, port: Number(pullPort), framing: FRAMING, onError }, serveStream);
const portOf = (server: { address: AddressInfo | string }): number => (server.address as AddressInfo).port;
console.log(`listening ${portOf(push)} ${portOf(pull)}`);
process.stdin.resume().on('end', () => process.exit(0));
