/**
 * One fuzz target for each decoder: random bytes, and valid streams with damage, against a model that sees all of them at once.
 *
 * That the model is met however the bytes are cut says that the result does not depend on the cuts; the driver sees to
 * it that there is progress, that nothing but the received bytes is looked at, and that nothing but typed errors is thrown.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  delimited,
  type Framing,
  fixedSize,
  LandfallError,
  lengthPrefixed,
  lines,
  type OversizePolicy,
  varintPrefixed,
} from 'landfall';
import { byteByByte, seededFeed } from 'landfall/testing';
import { type Decoded, decode } from '../../dist/testing/framing/decoding.js';
import { latin1 } from './decoding.js';
import {
  type EveryOption,
  lengthPrefixedModel,
  linesModel,
  type Model,
  modelDecode,
  untilModel,
  varintModel,
} from './models.js';

const RUNS = { numRuns: 2000 };

/** A framing, what it should do, and bytes to try it on. */
interface Target {
  framing: Framing;
  model: Model;
  bytes: Uint8Array;
}

const policy = fc.constantFrom<OversizePolicy>('fail', 'skip');
const limit = fc.oneof(fc.nat(20), fc.nat(400));

/** Payloads made of few different bytes, so that delimiters, and starts of them, come about. */
function payloadsOf(alphabet: string): fc.Arbitrary<Uint8Array[]> {
  const payload = fc.string({ unit: fc.constantFrom(...alphabet), maxLength: 24 }).map(latin1);
  return fc.array(
    fc.oneof(
      payload,
      payload,
      fc.nat(300).map((length) => latin1('x'.repeat(length))),
    ),
    { maxLength: 6 },
  );
}

/** The frames that the framing does not refuse, as they go over the wire. */
function wireOf(framing: Framing, payloads: readonly Uint8Array[]): Uint8Array {
  const codec = framing.createCodec();
  const wire: Uint8Array[] = [];
  for (const payload of payloads) {
    const parts: Uint8Array[] = [];
    try {
      codec.encode([payload], payload.length, framing.maxFrameBytes, parts);
    } catch (error) {
      assert.ok(error instanceof LandfallError);
    }
    wire.push(...parts.map((part) => Uint8Array.from(part)));
  }
  return Buffer.concat(wire);
}

/** Bytes with something changed, left out, put in, or cut off. */
function damaged(bytes: Uint8Array): fc.Arbitrary<Uint8Array> {
  const at = fc.nat(bytes.length);
  const piece = fc.uint8Array({ maxLength: 3 });
  return fc
    .tuple(at, fc.nat(3), piece)
    .map(([from, length, other]) => Buffer.concat([bytes.subarray(0, from), other, bytes.subarray(from + length)]));
}

/** Random bytes, a valid stream, and a valid stream with damage. */
function streamOf(framing: Framing, alphabet: string): fc.Arbitrary<Uint8Array> {
  const valid = payloadsOf(alphabet).map((payloads) => wireOf(framing, payloads));
  const random = fc.string({ unit: fc.constantFrom(...alphabet), maxLength: 80 }).map(latin1);
  return fc.oneof(
    random,
    fc.uint8Array({ maxLength: 60 }),
    valid,
    valid.chain(damaged),
    valid.chain(damaged).chain(damaged),
  );
}

/** Decodes in every way and compares with the model. */
function assertAsModelled({ framing, model, bytes }: Target, seed: number, pieceBytesMax: number): void {
  const expected: Decoded = modelDecode(model, bytes);
  for (const feed of [[bytes], byteByByte(bytes), seededFeed(bytes, seed, pieceBytesMax)]) {
    assert.deepEqual(decode(framing, feed, { surroundings: seed & 0xff }), expected);
    assert.deepEqual(decode(framing, feed, { surroundings: 0x0a, givingBack: true }), expected);
  }
  // Behind each header that cannot be, the scan goes on, and comes to an end.
  decode(framing, [bytes], { onward: true });
}

function fuzz(target: fc.Arbitrary<Target>): void {
  fc.assert(fc.property(target, fc.integer(), fc.integer({ min: 1, max: 12 }), assertAsModelled), RUNS);
}

/** All options of `lengthPrefixed` that can be. */
const lengthPrefixedOptions: fc.Arbitrary<EveryOption> = fc
  .record({
    lengthBytes: fc.constantFrom<1 | 2 | 3 | 4 | 8>(1, 2, 3, 4, 8),
    endian: fc.constantFrom<'big' | 'little'>('big', 'little'),
    lengthOffset: fc.oneof(fc.constant(0), fc.nat(3)),
    lengthAdjustment: fc.oneof(fc.constant(0), fc.integer({ min: -12, max: 12 })),
    headerBytes: fc.option(fc.nat(12)),
    stripHeader: fc.boolean(),
    maxFrameBytes: fc.oneof(limit, limit, fc.constant(Number.MAX_SAFE_INTEGER)),
    oversize: policy,
  })
  .map((options) => ({ ...options, headerBytes: options.headerBytes ?? options.lengthOffset + options.lengthBytes }));

test('fuzz: length-prefixed frames with any options are what the model says, or the same error', () => {
  fuzz(
    lengthPrefixedOptions.chain((options) => {
      const framing = lengthPrefixed(options);
      const model = lengthPrefixedModel({ ...options, maxFrameBytes: framing.maxFrameBytes });
      return streamOf(framing, '\0\x01\x05\xffa').map((bytes) => ({ framing, model, bytes }));
    }),
  );
});

test('fuzz: varint-prefixed frames are what the model says, or the same error', () => {
  fuzz(
    fc.tuple(fc.oneof(limit, fc.constant(Number.MAX_SAFE_INTEGER)), policy).chain(([maxFrameBytes, oversize]) => {
      const framing = varintPrefixed({ maxFrameBytes, oversize });
      const model = varintModel(framing.maxFrameBytes, oversize);
      return streamOf(framing, '\0\x01\x05\x80\xffa').map((bytes) => ({ framing, model, bytes }));
    }),
  );
});

const delimiters = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 6 }),
  fc.constantFrom('\n', '\r\n', '\r\n\r\n', 'aab', 'abab', `${'a'.repeat(30)}b`, '\0'),
);

test('fuzz: delimited frames are what the model says, or the same error', () => {
  fuzz(
    fc.tuple(delimiters, limit, policy).chain(([delimiter, maxFrameBytes, oversize]) => {
      const framing = delimited({ delimiter, maxFrameBytes, oversize });
      const model = untilModel(delimiter, maxFrameBytes, oversize);
      return streamOf(framing, 'ab\r\n').map((bytes) => ({ framing, model, bytes }));
    }),
  );
});

test('fuzz: lines are what the model says, or the same error', () => {
  fuzz(
    fc.tuple(limit, policy).chain(([maxLineBytes, oversize]) => {
      const framing = lines({ maxLineBytes, oversize });
      const model = linesModel(maxLineBytes, oversize);
      return streamOf(framing, 'a\r\n').map((bytes) => ({ framing, model, bytes }));
    }),
  );
});

test('fuzz: frames of a fixed size are slices of the stream', () => {
  fuzz(
    fc.integer({ min: 1, max: 9 }).chain((bytesEach) => {
      const framing = fixedSize(bytesEach);
      const model: Model = { read: () => ({ bytes: bytesEach, from: 0, to: bytesEach }) };
      return streamOf(framing, 'ab').map((bytes) => ({ framing, model, bytes }));
    }),
  );
});

/** Any framing, with limits that payloads of up to 300 bytes may be over. */
const framings: fc.Arbitrary<Framing> = fc.oneof(
  fc
    .record({
      lengthBytes: fc.constantFrom<1 | 2 | 3 | 4 | 8>(1, 2, 3, 4, 8),
      endian: fc.constantFrom<'big' | 'little'>('big', 'little'),
      lengthOffset: fc.nat(3),
      lengthAdjustment: fc.integer({ min: -9, max: 9 }),
      more: fc.nat(3),
    })
    .map(({ more, ...options }) =>
      lengthPrefixed({ ...options, headerBytes: options.lengthOffset + options.lengthBytes + more }),
    ),
  fc.constant(lengthPrefixed({ lengthBytes: 4 })),
  limit.map((maxFrameBytes) => varintPrefixed({ maxFrameBytes })),
  fc.tuple(delimiters, limit).map(([delimiter, maxFrameBytes]) => delimited({ delimiter, maxFrameBytes })),
  limit.map((maxLineBytes) => lines({ maxLineBytes })),
  fc.integer({ min: 1, max: 9 }).map(fixedSize),
);

test('fuzz: what is encoded, in any parts, is decoded to the same, and what is refused touches nothing', () => {
  fc.assert(
    fc.property(framings, payloadsOf('ab\r\n'), fc.integer(), (framing, payloads, seed) => {
      const codec = framing.createCodec();
      const wire: Uint8Array[] = [];
      const accepted: string[] = [];
      for (const payload of payloads) {
        const before = wire.length;
        const appended: Uint8Array[] = [];
        try {
          codec.encode(seededFeed(payload, seed, 5), payload.length, framing.maxFrameBytes, appended);
          accepted.push(Buffer.from(payload).toString('latin1'));
        } catch (error) {
          assert.ok(error instanceof LandfallError && ['ERR_LIMIT', 'ERR_FRAME'].includes(error.code));
          assert.equal(appended.length, 0);
        }
        wire.push(...appended.map((part) => Uint8Array.from(part)));
        assert.ok(wire.length >= before);
      }
      const bytes = Buffer.concat(wire);
      assert.deepEqual(decode(framing, seededFeed(bytes, seed, 7)), { frames: accepted, end: 'clean' });
    }),
    RUNS,
  );
});

test('fuzz: a payload that begins with its header is sent with only the length changed, and so received', () => {
  fc.assert(
    fc.property(lengthPrefixedOptions, fc.uint8Array({ maxLength: 40 }), fc.integer(), (options, payload, seed) => {
      const framing = lengthPrefixed({ ...options, maxFrameBytes: 1000 });
      const wire: Uint8Array[] = [];
      const copy = Uint8Array.from(payload);
      try {
        framing.createCodec().encode(seededFeed(payload, seed, 5), payload.length, 1000, wire);
      } catch (error) {
        assert.ok(error instanceof LandfallError && ['ERR_LIMIT', 'ERR_FRAME'].includes(error.code));
        assert.equal(wire.length, 0);
        return;
      }
      assert.deepEqual(payload, copy);
      const { frames, end } = decode(framing, seededFeed(Buffer.concat(wire), seed, 7));
      assert.equal(end, 'clean');
      const received = latin1(frames[0]!);
      const own = options.stripHeader ? options.headerBytes : 0;
      assert.deepEqual(
        Array.from(received, (byte, at) => (isLength(options, own + at) ? null : byte)),
        Array.from(payload, (byte, at) => (isLength(options, own + at) ? null : byte)),
      );
    }),
    RUNS,
  );
});

/** Whether the length field covers this byte of the frame. */
function isLength({ lengthOffset, lengthBytes }: EveryOption, at: number): boolean {
  return at >= lengthOffset && at < lengthOffset + lengthBytes;
}
