/** What a sentence of the framing contract is tried on: a framing, and frames of it. */
import type { FrameCodec, Framing } from '../../framing/framing.js';

/** One sentence, and how to try it. */
export interface FramingSentence {
  readonly sentence: string;
  readonly body: (sample: Sample) => void;
}

/** Frames, and what they are on the wire. */
export class Sample {
  readonly framing: Framing;
  readonly payloads: readonly Buffer[];
  /** Each frame as it is sent. */
  readonly encoded: readonly Buffer[];
  /** All of them in a row. */
  readonly wire: Buffer;
  /** The payloads, a character for each byte. */
  readonly texts: string[];

  constructor(framing: Framing, frames: readonly (Uint8Array | string)[]) {
    this.framing = framing;
    this.payloads = frames.map((frame) => Buffer.from(frame));
    const codec = framing.createCodec();
    // Of copies: whether a payload is changed is a sentence of its own.
    this.encoded = this.payloads.map((payload) => encode(codec, [Buffer.from(payload)], framing.maxFrameBytes));
    this.wire = Buffer.concat(this.encoded);
    this.texts = this.payloads.map((payload) => payload.toString('latin1'));
  }

  /** The one with the longest payload. */
  get longest(): { payload: Buffer; wire: Buffer } {
    const lengths = this.payloads.map((payload) => payload.length);
    const at = lengths.indexOf(Math.max(...lengths));
    return { payload: this.payloads[at]!, wire: this.encoded[at]! };
  }
}

/** One frame as it goes over the wire, in memory of its own. */
export function encode(codec: FrameCodec, parts: readonly Uint8Array[], maxFrameBytes: number): Buffer {
  const wire: Uint8Array[] = [];
  const payloadBytes = parts.reduce((sum, part) => sum + part.length, 0);
  codec.encode(parts, payloadBytes, maxFrameBytes, wire);
  return Buffer.concat(wire);
}
