/** Every way of reading gets the same frames of every framing, however the peer cuts what it sends. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { delimited, type FrameStream, type Framing, lengthPrefixed, lines, varintPrefixed } from 'landfall';
import { seededFeed } from 'landfall/testing';
import { within } from '../../dist/testing/waiting.js';
import { patterned } from '../framing/frames.js';
import { openToPeer } from './streams.js';

const LARGEST_BYTES = 2_000_000;

const FRAMINGS: Record<string, Framing> = {
  'a length of four bytes': lengthPrefixed({ lengthBytes: 4 }),
  'a length that counts its header, kept': lengthPrefixed({
    lengthBytes: 3,
    endian: 'little',
    lengthOffset: 2,
    lengthAdjustment: -5,
    stripHeader: false,
  }),
  'a varint': varintPrefixed(),
  lines: lines({ maxLineBytes: LARGEST_BYTES }),
  'a delimiter': delimited({ delimiter: '\r\n\r\n' }),
};

/** Reads to the end, and hands each frame to `take`. */
const FACES: Record<string, (stream: FrameStream, take: (payload: Uint8Array) => void) => Promise<void>> = {
  async 'read()'(stream, take) {
    for (;;) {
      using frame = await stream.read();
      if (frame === null) return;
      take(frame.bytes);
    }
  },
  async 'readInto()'(stream, take) {
    const target = new Uint8Array(LARGEST_BYTES + 100);
    for (;;) {
      const bytes = await stream.readInto(target);
      if (bytes === null) return;
      take(target.subarray(0, bytes));
    }
  },
  async iteration(stream, take) {
    for await (const frame of stream) take(frame.bytes);
  },
  async 'batches()'(stream, take) {
    for await (const batch of stream.batches())
      while (batch.next()) take(batch.memory.subarray(batch.start, batch.end));
  },
};

const SIZE = fc.oneof(
  { weight: 8, arbitrary: fc.nat(200) },
  { weight: 3, arbitrary: fc.integer({ min: 1_000, max: 80_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 80_000, max: LARGEST_BYTES }) },
);
const CASE = fc.record({
  sizes: fc.array(SIZE, { maxLength: 40, size: 'max' }),
  seed: fc.integer(),
  pieceBytesMax: fc.constantFrom(500, 5_000, 70_000, 3_000_000),
});

/** What a text framing has nothing against; the first bytes are a header's place in the framing that keeps it. */
function payloadOf(size: number, seed: number, name: string): Buffer {
  const payload = patterned(name.endsWith('kept') ? size + 5 : size, seed);
  for (let at = 0; at < payload.length; at++) if (payload[at] === 0x0a || payload[at] === 0x0d) payload[at] = 0x20;
  return payload;
}

/** As it goes over the wire, and, where the header is kept, as it is received. */
function encoded(framing: Framing, payload: Buffer): Buffer {
  const wire: Uint8Array[] = [];
  framing.createCodec().encode([payload], payload.length, framing.maxFrameBytes, wire);
  return Buffer.concat(wire);
}

/** No more runs are begun after so long. */
const RUNS_MS = 4_000;

for (const [name, framing] of Object.entries(FRAMINGS)) {
  for (const [face, readAll] of Object.entries(FACES)) {
    test(`${face} gets frames with ${name} as they were sent`, async () => {
      // Fast-check's own limit would take a run that hangs for one that passed.
      const deadline = performance.now() + RUNS_MS;
      const property = fc.asyncProperty(CASE, async ({ sizes, seed, pieceBytesMax }) => {
        if (performance.now() > deadline) return;
        const payloads = sizes.map((size, i) => payloadOf(size, i, name));
        const wires = payloads.map((payload) => encoded(framing, payload));
        const expected = name.endsWith('kept') ? wires : payloads;
        await using both = await openToPeer({ framing });
        const pieces = seededFeed(Buffer.concat(wires), seed, pieceBytesMax);
        // More pieces than this only take longer.
        const feed = [...pieces.slice(0, 200), Buffer.concat(pieces.slice(200))];
        for (const piece of feed) both.peer.socket.write(piece);
        both.peer.end();
        let count = 0;
        const take = (payload: Uint8Array): void => {
          assert.ok(expected[count]?.equals(payload), `frame ${count} of ${sizes[count]} bytes`);
          count++;
        };
        await within('the frames', readAll(both.stream, take));
        assert.equal(count, payloads.length);
      });
      await fc.assert(property, { numRuns: 15, endOnFailure: true });
    });
  }
}
