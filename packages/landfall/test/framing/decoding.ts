/** Decodes and encodes with a codec by hand, and says what must come of it. */
import assert from 'node:assert/strict';
import { type Framing, LandfallError } from 'landfall';
import { everyFeed } from 'landfall/testing';
import { type DecodeOptions, decode, nameOf } from '../../dist/testing/framing/decoding.js';

/** Asserts what becomes of these bytes, however they arrive and whatever lies around them. */
export function assertDecodes(
  framing: Framing,
  bytes: Uint8Array | string,
  frames: readonly string[],
  end = 'clean',
  options: DecodeOptions = {},
): void {
  const expected = { frames, end };
  for (const feed of everyFeed(latin1(bytes))) {
    const cuts = feed.map((piece) => piece.length).join('+');
    assert.deepEqual(decode(framing, feed, options), expected, `cut into ${cuts}`);
    assert.deepEqual(
      decode(framing, feed, { ...options, surroundings: 0x0a }),
      expected,
      `cut into ${cuts}, LF around`,
    );
    assert.deepEqual(decode(framing, feed, { ...options, givingBack: true }), expected, `${cuts}, bytes given back`);
  }
}

/** The bytes of a string of one character each. */
export function latin1(bytes: Uint8Array | string): Uint8Array {
  return typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes;
}

/** One frame as it goes over the wire, a character for each byte. */
export function encoded(framing: Framing, payload: string | readonly string[], maxFrameBytes?: number): string {
  const parts = (typeof payload === 'string' ? [payload] : payload).map((part) => Buffer.from(part, 'latin1'));
  const bytes = parts.reduce((sum, part) => sum + part.length, 0);
  const before = Buffer.concat(parts);
  const wire: Uint8Array[] = [];
  framing.createCodec().encode(parts, bytes, maxFrameBytes ?? framing.maxFrameBytes, wire);
  assert.deepEqual(Buffer.concat(parts), before, 'the payload was changed');
  return Buffer.concat(wire).toString('latin1');
}

/** Asserts that a payload is refused and nothing is sent of it; the error in a word or two. */
export function refusal(framing: Framing, payload: string | readonly string[], maxFrameBytes?: number): string {
  const parts = (typeof payload === 'string' ? [payload] : payload).map((part) => Buffer.from(part, 'latin1'));
  return refusalOfSize(
    framing,
    parts,
    parts.reduce((sum, part) => sum + part.length, 0),
    maxFrameBytes,
  );
}

/** As `refusal`, of a size that need not be the parts'. */
export function refusalOfSize(
  framing: Framing,
  parts: readonly Uint8Array[],
  payloadBytes: number,
  maxFrameBytes: number = framing.maxFrameBytes,
): string {
  const wire: Uint8Array[] = [latin1('before')];
  try {
    framing.createCodec().encode(parts, payloadBytes, maxFrameBytes, wire);
  } catch (error) {
    assert.ok(error instanceof LandfallError);
    assert.deepEqual(wire, [latin1('before')], 'something was appended for what was refused');
    return nameOf(error);
  }
  return 'accepted';
}
