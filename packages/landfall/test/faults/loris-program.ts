/**
 * A server of lines that gives each client so long for a line: `loris-program.js FACE TIMEOUT_MS`. It answers a line with
 * itself, and drops who takes longer, each face in its own way.
 *
 * Says `listening PORT`. To the line `measure` it collects garbage and says `held BYTES` of heap and outside of it,
 * `received BYTES`, `connections N`, and `dropped N`. Ends with its input.
 */
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import {
  FramedProtocol,
  type FrameReceiver,
  lines,
  listen,
  type Server,
  serveFrames,
  serveStreams,
  type Transport,
} from 'landfall';

const [face = '', timeout = '0'] = process.argv.slice(2);
const timeoutMs = Number(timeout);
let dropped = 0;

const where = {
  host: '127.0.0.1',
  port: 0,
  backlog: 2_048,
  onError(error: Error): void {
    if ((error as { code?: string }).code === 'ERR_TIMEOUT') dropped++;
    else if (!['ERR_LOST', 'ERR_INCOMPLETE'].includes((error as { code?: string }).code ?? '')) throw error;
  },
};
const framing = lines();
const transports = new Set<Transport>();

/** A receiver has a timer of its own. */
function receiver(): FrameReceiver {
  let timer: NodeJS.Timeout;
  return {
    connectionMade(transport) {
      transports.add(transport);
      timer = setTimeout(() => {
        dropped++;
        transport.abort();
      }, timeoutMs);
    },
    frameReceived(memory, start, end, framed) {
      timer.refresh();
      framed.writeFrame(memory.subarray(start, end));
    },
    connectionLost() {
      clearTimeout(timer);
    },
  };
}

const FACES: Record<string, () => Promise<Server>> = {
  FramedProtocol: () => listen(where, () => new FramedProtocol({ framing, receiver: receiver() })),
  ByteStream: () =>
    serveStreams(where, async (stream) => {
      transports.add(stream.transport);
      for (
        let line = await stream.readLine({ timeoutMs });
        line !== null;
        line = await stream.readLine({ timeoutMs })
      ) {
        stream.write(`${line}\n`);
        await stream.drain({ timeoutMs });
      }
    }),
  FrameStream: () =>
    serveFrames({ ...where, framing }, async (stream) => {
      transports.add(stream.transport);
      for (let frame = await stream.read({ timeoutMs }); frame !== null; frame = await stream.read({ timeoutMs })) {
        stream.write(frame);
        await stream.drain({ timeoutMs });
      }
    }),
};

function heldBytes(): number {
  for (let i = 0; i < 4; i++) globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function receivedBytes(): number {
  let bytes = 0;
  for (const transport of transports) bytes += transport.stats().bytesReceived;
  return bytes;
}

const server = await FACES[face]!();
console.log(`listening ${(server.address as AddressInfo).port}`);
for await (const line of createInterface({ input: process.stdin })) {
  if (line !== 'measure') throw new Error(`unknown command: ${line}`);
  console.log(`held ${heldBytes()} received ${receivedBytes()} connections ${server.connections} dropped ${dropped}.`);
}
process.exit(0);
