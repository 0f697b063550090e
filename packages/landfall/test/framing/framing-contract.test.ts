/** The framings of landfall keep the contract that one of the user's own has to keep. */
import { test } from 'node:test';
import { delimited, type Framing, fixedSize, lengthPrefixed, lines, varintPrefixed } from 'landfall';
import { checkFraming } from 'landfall/testing';
import { Netstrings } from './netstrings.js';

const FRAMES = ['hello', '', 'x', 'a longer one, of some forty bytes or more', '', 'end'];

const SAMPLES: Readonly<Record<string, readonly [framing: Framing, frames: readonly (string | Uint8Array)[]]>> = {
  'one-byte lengths': [lengthPrefixed({ lengthBytes: 1 }), FRAMES],
  'four-byte lengths': [lengthPrefixed({ lengthBytes: 4 }), [...FRAMES, 'x'.repeat(300)]],
  'four-byte little-endian lengths': [lengthPrefixed({ lengthBytes: 4, endian: 'little' }), FRAMES],
  'eight-byte lengths': [lengthPrefixed({ lengthBytes: 8 }), FRAMES],
  'four-byte lengths, oversized frames skipped': [lengthPrefixed({ lengthBytes: 4, oversize: 'skip' }), FRAMES],
  'lengths that count their header': [lengthPrefixed({ lengthBytes: 2, lengthAdjustment: -2 }), FRAMES],
  'lengths inside a header of six bytes': [
    lengthPrefixed({ lengthBytes: 2, lengthOffset: 1, headerBytes: 6, lengthAdjustment: -3 }),
    FRAMES,
  ],
  'headers that are kept': [
    lengthPrefixed({ lengthBytes: 2, lengthOffset: 1, stripHeader: false }),
    ['A\0\x05hello', 'B\0\0', 'C\0\x0ca longer one'],
  ],
  varints: [varintPrefixed({}), [...FRAMES, 'x'.repeat(300)]],
  'varints, oversized frames skipped': [varintPrefixed({ oversize: 'skip' }), FRAMES],
  'a delimiter of two bytes': [delimited({ delimiter: '\r\n' }), [...FRAMES, 'a\rb\nc']],
  'a delimiter that repeats itself': [delimited({ delimiter: 'abab', oversize: 'skip' }), ['x', '', 'ba', 'abb']],
  lines: [lines(), FRAMES],
  'lines, oversized ones skipped': [lines({ maxLineBytes: 100, oversize: 'skip' }), FRAMES],
  'a fixed size': [fixedSize(3), ['abc', 'def', '\0\0\0']],
  netstrings: [new Netstrings(), [...FRAMES, 'x'.repeat(300)]],
};

for (const [what, [framing, frames]] of Object.entries(SAMPLES)) {
  for (const { name, run } of checkFraming(framing, frames)) test(`${name} (${what})`, run);
}
