/** What a sentence of the contract of byte streams is tried on: connections of one kind, with a stream at one end. */
import type { ByteStream } from '../../stream/byte-stream.js';
import { Peer, type PeerOptions, type PeerProtocol } from '../peer.js';
import { noise } from '../random.js';
import { awaitedLater, loopTurns, TIMEOUT_MS_DEFAULT, within } from '../waiting.js';

/** What of a byte stream its contract is about. */
export type TestedStream = Pick<
  ByteStream,
  | 'read'
  | 'readExactly'
  | 'readInto'
  | 'readUntil'
  | 'readLine'
  | 'readToEnd'
  | 'unread'
  | typeof Symbol.asyncIterator
  | 'write'
  | 'writeVectored'
  | 'drain'
  | 'end'
  | 'close'
  | 'abort'
  | typeof Symbol.asyncDispose
  | 'closed'
  | 'transport'
  | 'toWeb'
  | 'toNode'
>;

/** A stream whose connection stands. */
export interface OpenedStream {
  readonly stream: TestedStream;
  /** Called once at the end of a case, when the stream is closed: for a server that was made for it. */
  close?(): Promise<void>;
}

/**
 * Makes a stream of the kind under test, at the other end of which is the `peer` that the suite brings.
 *
 * The peer's end may be a transport, or anything else that calls the peer as a transport would.
 */
export type OpenStream = (peer: PeerProtocol) => OpenedStream | Promise<OpenedStream>;

/** A stream and its peer. */
export interface StreamAndPeer {
  readonly stream: TestedStream;
  readonly peer: Peer;
}

/** More than any connection takes that nobody reads from. */
export const TOO_MUCH_BYTES = 16_000_000;

/** Opens streams, and closes them when a case is over. */
export class StreamLink {
  readonly #open: OpenStream;
  readonly #opened: { opened: OpenedStream; peer: Peer }[] = [];

  constructor(open: OpenStream) {
    this.#open = open;
  }

  async open(options?: PeerOptions): Promise<StreamAndPeer> {
    const peer = new Peer(options?.peerReads ?? true);
    const opened = await within('the stream', Promise.resolve(this.#open(peer)));
    this.#opened.push({ opened, peer });
    await peer.untilConnected();
    return { stream: opened.stream, peer };
  }

  /** Ends every stream. */
  async close(): Promise<void> {
    await Promise.all(
      this.#opened.map(async ({ opened, peer }) => {
        opened.stream.abort();
        peer.transport.abort();
        await within('the close of the stream', opened.stream.closed);
        await within('the close of the peer', peer.transport.closed);
        await opened.close?.();
      }),
    );
  }
}

/** Has the peer vanish, which must not have read anything: it was written to, so that is no end. */
export async function lose({ stream, peer }: StreamAndPeer): Promise<void> {
  stream.write(noise(4_000_000));
  await loopTurns(3);
  peer.transport.abort();
  await within('the loss', stream.closed);
}

/** Resolves once so many bytes have arrived, read or not. */
export async function untilArrived({ transport }: Pick<TestedStream, 'transport'>, bytes: number): Promise<void> {
  const deadline = performance.now() + TIMEOUT_MS_DEFAULT;
  while (transport.stats().bytesReceived < bytes) {
    if (performance.now() > deadline) throw new Error(`not ${bytes} bytes arrived within ${TIMEOUT_MS_DEFAULT} ms`);
    await loopTurns(1);
  }
}

/** The error that a promise rejects with. May be awaited later. */
export function failureOf(what: string, promise: Promise<unknown>): Promise<unknown> {
  const failed = promise.then(
    (value) => {
      throw new Error(`${what} resolved to ${String(value)}, where it had to fail`);
    },
    (error: unknown) => error,
  );
  return awaitedLater(within(what, failed));
}

/** What was read, as text of one character a byte. May be awaited later. */
export function textOf(reading: Promise<Uint8Array | null>): Promise<string | null> {
  return awaitedLater(within('the read', reading).then((bytes) => (bytes === null ? null : asText(bytes))));
}

/** One character a byte. */
export function asText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
