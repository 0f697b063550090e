/** A FramedProtocol of any framing on a real connection, and the plain socket at its other end. */
import {
  FramedProtocol,
  type FramedProtocolOptions,
  type FrameReceiver,
  lengthPrefixed,
  type Transport,
} from 'landfall';
import { within } from '../../dist/testing/waiting.js';
import { Link } from '../support/connections.js';
import type { Peer } from '../support/peer.js';
import { until } from './frames.js';

/** What it is made of; a four-byte big-endian length by default. */
export interface FramedConnectionOptions extends Partial<Omit<FramedProtocolOptions, 'receiver'>> {
  /** Called once the payload was written down. */
  frameReceived?: FrameReceiver['frameReceived'];
  getFrameBuffer?: FrameReceiver['getFrameBuffer'];
  pauseWriting?: () => void;
  resumeWriting?: () => void;
  /** False: the peer does not read until it is told to. */
  peerReads?: boolean;
}

/** Aborted when disposed of. */
export interface FramedConnection extends AsyncDisposable {
  readonly framed: FramedProtocol;
  readonly transport: Transport;
  readonly peer: Peer;
  /** Copies of the payloads, in order. */
  readonly received: Buffer[];
  /** Resolves once so many frames were received, ever. */
  untilFrames(count: number): Promise<void>;
  /** Resolves once so many bytes have arrived. */
  untilBytes(bytes: number): Promise<void>;
  /** What the connection was lost with. */
  lost(): Promise<Error | null>;
}

/** Connects a FramedProtocol to a plain peer. */
export async function framedConnection(options: FramedConnectionOptions = {}): Promise<FramedConnection> {
  const { frameReceived, getFrameBuffer, pauseWriting, resumeWriting, peerReads = true, ...rest } = options;
  const received: Buffer[] = [];
  let tellLost!: (error: Error | null) => void;
  const lost = new Promise<Error | null>((resolve) => {
    tellLost = resolve;
  });
  const receiver: FrameReceiver = {
    frameReceived(memory, start, end, framed) {
      received.push(Buffer.from(memory.subarray(start, end)));
      frameReceived?.(memory, start, end, framed);
    },
    connectionLost: tellLost,
    ...(getFrameBuffer === undefined ? {} : { getFrameBuffer }),
    ...(pauseWriting === undefined ? {} : { pauseWriting }),
    ...(resumeWriting === undefined ? {} : { resumeWriting }),
  };
  const framed = new FramedProtocol({ framing: lengthPrefixed({ lengthBytes: 4 }), ...rest, receiver });
  const pair = await new Link('TCP', 'connecting', 'BufferedProtocol').open(framed, { peerReads });
  const { transport, peer } = pair;
  return {
    framed,
    transport,
    peer,
    received,
    untilFrames: (count) => until(() => received.length >= count),
    untilBytes: (bytes) => until(() => transport.stats().bytesReceived >= bytes),
    lost: () => within('the loss', lost),
    [Symbol.asyncDispose]: () => pair[Symbol.asyncDispose](),
  };
}
