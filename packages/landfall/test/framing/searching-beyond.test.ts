/** A search by native code sees what lies behind the received bytes: it must not find anything there. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { delimited, lines } from 'landfall';

for (const [name, framing, delimiter] of [
  ['lines', lines(), '\n'],
  ["delimited by '\\r\\n'", delimited({ delimiter: '\r\n' }), '\r\n'],
  ["delimited by 'aab'", delimited({ delimiter: 'aab' }), 'aab'],
] as const) {
  test(`${name}: what lies behind the received bytes changes nothing, wherever they end`, () => {
    const texts = fc.array(fc.constantFrom('a', 'b', '\r', '\n', 'x'.repeat(20), 'y'.repeat(70)), { maxLength: 40 });
    fc.assert(
      fc.property(texts, fc.nat(), (parts, cut) => {
        const bytes = Buffer.from(parts.join(''));
        const end = bytes.length === 0 ? 0 : cut % (bytes.length + 1);
        if (end === 0) return;
        const scans = [delimiter, 'z', bytes.toString('latin1', end) + delimiter].map((behind) => {
          const memory = Buffer.concat([bytes.subarray(0, end), Buffer.from(behind.repeat(40))]);
          return framing.createCodec().scan(memory, 0, end, 1000);
        });
        const at = bytes.subarray(0, end).indexOf(delimiter);
        assert.deepEqual(scans, Array(3).fill(at === -1 ? 0 : at + delimiter.length));
      }),
    );
  });
}
