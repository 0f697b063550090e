/**
 * Frames of length words on a real transport, fed in exact pieces while their receiver interrupts; and what should become
 * of them, said in the plainest way, with all bytes at hand.
 */
import { Duplex } from 'node:stream';
import {
  attach,
  type FrameCodec,
  FramedProtocol,
  type FrameReceiver,
  type Framing,
  IncompleteError,
  LandfallError,
  LimitError,
  lengthPrefixed,
  lines,
  type OversizePolicy,
  type Transport,
} from 'landfall';
import { type Feed, RecordingBufferedProtocol, RecordingProtocol } from 'landfall/testing';
import { nameOf } from '../../dist/testing/framing/decoding.js';
import { within } from '../../dist/testing/waiting.js';

/** How frames are told apart; `own` is little-endian, by a codec of somebody else's. */
export type Way = 'big' | 'little' | 'own' | 'lines';

/** What the receiver does while it is given a frame. The limit is changed only for words: of lines, it has tests of its own. */
export type Reaction =
  | { do: 'limit'; bytes: number }
  | { do: 'frame'; way: Way }
  | { do: 'pause' | 'switch' | 'switchBuffered' | 'close' };

/** One connection. */
export interface Script {
  way: Way;
  maxFrameBytes: number;
  oversize: OversizePolicy;
  /** By the number of the frame. */
  reactions: Readonly<Record<number, Reaction>>;
  largeFrameBytes?: number;
}

/** What became of it. */
export interface Outcome {
  frames: string[];
  /** `clean`, or the error it ended with; `switched`. */
  end: string;
  skippedBytes: number;
  /** What the protocol was given that was switched to. */
  handedOver: string;
}

/** A framing of one's own that says its length word. */
export class OwnWords implements Framing, FrameCodec {
  readonly maxFrameBytes: number;
  readonly headerBytes = 4;
  readonly trailerBytes = 0;
  readonly lengthWord = 'little';
  scans = 0;
  readonly #oversize: OversizePolicy;

  constructor(maxFrameBytes: number, oversize: OversizePolicy = 'fail') {
    this.maxFrameBytes = maxFrameBytes;
    this.#oversize = oversize;
  }

  createCodec(): FrameCodec {
    return this;
  }

  scan(memory: Uint8Array, start: number, end: number, maxFrameBytes: number): number {
    this.scans++;
    if (end - start < 4) return 0;
    const payloadBytes = new DataView(memory.buffer, memory.byteOffset + start, 4).getUint32(0, true);
    if (payloadBytes <= maxFrameBytes) return 4 + payloadBytes;
    if (this.#oversize === 'skip') return -4 - payloadBytes;
    throw new LimitError('a frame of my own', payloadBytes, maxFrameBytes);
  }

  encode(payload: readonly Uint8Array[], payloadBytes: number, maxFrameBytes: number, wire: Uint8Array[]): void {
    wire.push(this.encodeHeader(payloadBytes, maxFrameBytes), ...payload);
  }

  encodeHeader(payloadBytes: number, maxFrameBytes: number): Uint8Array {
    if (payloadBytes > maxFrameBytes) throw new LimitError('a frame of my own', payloadBytes, maxFrameBytes);
    return new Uint8Array(Uint32Array.of(payloadBytes).buffer);
  }
}

/** A frame as it goes over the wire; of a payload that declares another size, if told so. */
export function wireOf(way: Way, payload: string, declaredBytes: number = payload.length): Buffer {
  if (way === 'lines') return Buffer.from(`${payload}\n`);
  const header = Buffer.alloc(4);
  if (way === 'big') header.writeUInt32BE(declaredBytes);
  else header.writeUInt32LE(declaredBytes);
  return Buffer.concat([header, Buffer.from(payload)]);
}

/** The model. */
export function modelled(script: Script, wire: Buffer): Outcome {
  const outcome: Outcome = { frames: [], end: 'clean', skippedBytes: 0, handedOver: '' };
  const { oversize, reactions } = script;
  let { way, maxFrameBytes } = script;
  let at = 0;
  while (at < wire.length) {
    const [start, stop, next] = way === 'lines' ? lineAt(wire, at) : wordAt(wire, at, way);
    if (way !== 'lines' && stop - start > maxFrameBytes) {
      if (oversize === 'fail') return { ...outcome, end: `ERR_LIMIT: ${stop - start} over ${maxFrameBytes}` };
      outcome.skippedBytes += Math.min(next, wire.length) - at;
      at = next;
      continue;
    }
    if (next > wire.length) break;
    const reaction = reactions[outcome.frames.length];
    outcome.frames.push(wire.subarray(start, stop).toString());
    at = next;
    if (reaction?.do === 'close') return outcome;
    if (reaction?.do.startsWith('switch') === true)
      return { ...outcome, end: 'switched', handedOver: wire.subarray(at).toString('latin1') };
    if (reaction?.do === 'limit' && way !== 'lines') maxFrameBytes = reaction.bytes;
    if (reaction?.do === 'frame') {
      way = reaction.way;
      maxFrameBytes = script.maxFrameBytes;
    }
  }
  return at === wire.length ? outcome : { ...outcome, end: 'ERR_INCOMPLETE' };
}

/** Where the payload of the frame at `at` begins and ends, and where the next one begins. */
type Place = [start: number, stop: number, next: number];

function lineAt(wire: Buffer, at: number): Place {
  const found = wire.indexOf(0x0a, at);
  return found === -1 ? [at, wire.length, wire.length] : [at, found, found + 1];
}

function wordAt(wire: Buffer, at: number, way: Way): Place {
  if (wire.length - at < 4) return [at, at, Number.POSITIVE_INFINITY];
  const end = at + 4 + (way === 'big' ? wire.readUInt32BE(at) : wire.readUInt32LE(at));
  return [at + 4, end, end];
}

function framingOf(way: Way, { maxFrameBytes, oversize }: Script): Framing {
  if (way === 'own') return new OwnWords(maxFrameBytes, oversize);
  return way === 'lines' ? lines() : lengthPrefixed({ lengthBytes: 4, endian: way, maxFrameBytes, oversize });
}

/** What a FramedProtocol makes of it, each piece a receive of its own, and then the end. */
export async function received(script: Script, feed: Feed): Promise<Outcome> {
  const outcome: Outcome = { frames: [], end: 'clean', skippedBytes: 0, handedOver: '' };
  const stream = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
  const next = { switch: new RecordingProtocol(), switchBuffered: new RecordingBufferedProtocol() };
  const receiver: FrameReceiver = {
    frameReceived(memory, start, end) {
      // Not `isReading`: the last line, which the peer's end ends, comes when there is nothing left to read.
      if (isPaused || transport.isClosing || transport.getProtocol() !== framed)
        throw new Error('delivered all the same');
      const reaction = script.reactions[outcome.frames.length];
      outcome.frames.push(Buffer.from(memory.subarray(start, end)).toString());
      if (reaction !== undefined) react(reaction);
    },
    connectionLost(error) {
      outcome.end = endOf(error);
    },
  };
  let { way } = script;
  let isPaused = false;
  const react = (reaction: Reaction): void => {
    if (reaction.do === 'limit') {
      if (way !== 'lines') framed.setMaxFrameBytes(reaction.bytes);
    } else if (reaction.do === 'frame') {
      way = reaction.way;
      framed.setFraming(framingOf(way, script));
    } else if (reaction.do === 'pause') {
      isPaused = true;
      pauseForTurns(transport, () => {
        isPaused = false;
      });
    } else if (reaction.do === 'close') transport.close();
    else framed.switchTo(next[reaction.do]);
  };
  const { largeFrameBytes } = script;
  const framed = new FramedProtocol({
    framing: framingOf(script.way, script),
    receiver,
    ...(largeFrameBytes === undefined ? {} : { largeFrameBytes }),
  });
  const { transport } = attach(stream, () => framed);
  // Node begins to hand pieces on as they come only then.
  await new Promise((resolve) => setImmediate(resolve));
  for (const piece of feed) stream.push(piece);
  stream.push(null);
  await within('the loss', transport.closed);
  outcome.skippedBytes = framed.skippedBytes;
  for (const protocol of Object.values(next)) {
    if (transport.getProtocol() !== protocol) continue;
    outcome.end = 'switched';
    outcome.handedOver = Buffer.from(protocol.receivedCopy()).toString('latin1');
  }
  return outcome;
}

/** Long enough for all that was sent to arrive. */
function pauseForTurns(transport: Transport, beforeResuming: () => void): void {
  transport.pauseReading();
  const resume = (): void => {
    beforeResuming();
    transport.resumeReading();
  };
  setImmediate(() => setImmediate(resume));
}

function endOf(error: Error | null): string {
  if (error === null) return 'clean';
  if (error instanceof IncompleteError) return error.code;
  return error instanceof LandfallError ? nameOf(error) : String(error);
}
