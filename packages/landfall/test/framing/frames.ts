/** Frames with a four-byte big-endian length, made and received for the tests beside this file. */
import { once } from 'node:events';
import net from 'node:net';
import {
  connect,
  FramedProtocol,
  type FrameReceiver,
  lengthPrefixed,
  type Transport,
  type TransportStats,
} from 'landfall';

/** A frame as it goes over the wire. */
export function frame(payload: string | Uint8Array): Buffer {
  const bytes = Buffer.from(payload);
  const header = Buffer.alloc(4);
  header.writeUInt32BE(bytes.length);
  return Buffer.concat([header, bytes]);
}

/** Bytes that differ from place to place and from seed to seed. */
export function patterned(bytes: number, seed: number): Buffer {
  const words = Buffer.alloc(bytes + 4);
  for (let at = 0; at < bytes; at += 4) words.writeUInt32LE(Math.imul(at + seed * 7919 + 1, 2654435761) >>> 0, at);
  return words.subarray(0, bytes);
}

/** A transport that only a FramedProtocol could take for one: nothing is ever asked of it. */
function silentTransport(protocol: FramedProtocol): Transport {
  return { isReading: true, isClosing: false, countCopied() {}, getProtocol: () => protocol } as unknown as Transport;
}

/**
 * Feeds pieces to a FramedProtocol by hand, as a transport would, and returns the payloads as text.
 *
 * After each piece the memory it came in is wiped, as another connection would.
 */
export function framesOf(
  feed: readonly Uint8Array[],
  options: { largeFrameBytes?: number } = {},
  onFrame?: (payload: Buffer) => void,
): string[] {
  const frames: string[] = [];
  const receiver: FrameReceiver = {
    frameReceived(memory, start, end) {
      const payload = Buffer.from(memory.subarray(start, end));
      if (onFrame === undefined) frames.push(payload.toString());
      else onFrame(payload);
    },
  };
  const framed = new FramedProtocol({ framing: lengthPrefixed({ lengthBytes: 4 }), receiver, ...options });
  framed.connectionMade(silentTransport(framed));
  for (const piece of feed) {
    for (let at = 0; at < piece.length; ) {
      const view = framed.getBuffer();
      const bytes = Math.min(view.length, piece.length - at);
      view.set(piece.subarray(at, at + bytes));
      framed.bufferUpdated(bytes);
      at += bytes;
    }
    if (feed.length < 3)
      new FramedProtocol({ framing: lengthPrefixed({ lengthBytes: 1 }), receiver }).getBuffer().fill(0xee);
  }
  return frames;
}

/** A FramedProtocol on a real connection, and the raw socket at its other end. */
export interface FramesAndPeer {
  framed: FramedProtocol;
  transport: Transport;
  peer: net.Socket;
  received: string[];
  peerReceived: Buffer[];
  /** What the connection was lost with. */
  lost: Promise<Error | null>;
  stats: () => TransportStats;
}

/** What a connection is made with. */
export interface FramesOptions {
  maxFrameBytes?: number;
  receiver?: FrameReceiver;
  frameReceived?: (memory: Uint8Array, start: number, end: number, context: FramesAndPeer) => void;
}

/** Connects one to a raw socket. */
export async function connectedFrames(options: FramesOptions): Promise<FramesAndPeer> {
  const server = net.createServer({ allowHalfOpen: false }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const accepted = once(server, 'connection') as Promise<[net.Socket]>;
  const context = { received: [] as string[] } as unknown as FramesAndPeer;
  const { frameReceived, maxFrameBytes } = options;
  context.lost = new Promise((resolve) => {
    const receiver: FrameReceiver = {
      frameReceived(memory, start, end, framed) {
        context.received.push(Buffer.from(memory.subarray(start, end)).toString());
        if (frameReceived !== undefined) frameReceived(memory, start, end, context);
        if (options.receiver !== undefined) return options.receiver.frameReceived(memory, start, end, framed);
      },
      connectionLost: resolve,
    };
    const framing = lengthPrefixed({ lengthBytes: 4, ...(maxFrameBytes === undefined ? {} : { maxFrameBytes }) });
    context.framed = new FramedProtocol({ framing, receiver });
  });
  const { port } = server.address() as net.AddressInfo;
  context.transport = (await connect({ host: '127.0.0.1', port }, () => context.framed)).transport;
  [context.peer] = await accepted;
  context.peer.on('error', () => context.peer.destroy());
  context.stats = () => context.transport.stats();
  context.peerReceived = [];
  context.peer.on('data', (chunk: Buffer) => context.peerReceived.push(chunk));
  server.close();
  return context;
}

/** How long `until` waits. */
const DEADLINE_MS = 10_000;

/**
 * Resolves once something is so, asked again on each turn of the event loop.
 *
 * @throws {Error} It did not come about in time.
 */
export async function until(isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS;
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error(`not so within ${DEADLINE_MS} ms: ${isSo}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
