/** `sink`: counts the small frames of one connection. Frames by offset: no view, nothing allocated per frame. */
import type { AddressInfo } from 'node:net';
import { FramedProtocol, type FrameReceiver, lengthPrefixed, listen } from 'landfall';
import { frameByteCount, parseOptions, portNumber, UsageError } from './arguments.js';

/** What `--help` says. */
export const sinkHelp: string = `sink          counts the frames (u32 big-endian length, then the payload) of one connection, until it ends
  --port P            on 127.0.0.1; 0 lets the system choose
  --max-frame-bytes N a longer frame ends the connection (1073741824)`;

class FrameCounter implements FrameReceiver {
  frames = 0;
  bytes = 0;
  seconds = 0;
  readonly ended: Promise<Error | null>;
  #startedMs = 0;
  #end: (error: Error | null) => void = () => {};

  constructor() {
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  connectionMade(): void {
    this.#startedMs = performance.now();
  }

  frameReceived(_memory: Uint8Array, start: number, end: number): void {
    this.frames++;
    this.bytes += end - start;
  }

  connectionLost(error: Error | null): void {
    this.seconds = (performance.now() - this.#startedMs) / 1000;
    this.#end(error);
  }
}

/** Waits for one connection, counts it, and resolves to the exit status: 1 when it ended inside a frame or broke. */
export async function sink(args: string[]): Promise<number> {
  const values = parseOptions(args, {
    port: { type: 'string' },
    'max-frame-bytes': { type: 'string', default: '1073741824' },
  });
  if (values.port === undefined) throw new UsageError('sink wants --port');
  const maxFrameBytes = frameByteCount('max-frame-bytes', values['max-frame-bytes'], 0);
  const counter = new FrameCounter();
  const framing = lengthPrefixed({ lengthBytes: 4, endian: 'big', maxFrameBytes });
  const options = { host: '127.0.0.1', port: portNumber('port', values.port), maxConnections: 1 };
  const server = await listen(options, () => new FramedProtocol({ framing, receiver: counter }));
  console.error(`listening on 127.0.0.1:${(server.address as AddressInfo).port}`);
  const error = await counter.ended;
  await server.closeAll();
  if (error !== null) {
    console.error(`after ${counter.frames} whole frames: ${error.message}`);
    return 1;
  }
  console.log(JSON.stringify({ frames: counter.frames, bytes: counter.bytes, seconds: counter.seconds }));
  return 0;
}
