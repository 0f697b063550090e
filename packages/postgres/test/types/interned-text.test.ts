import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { INTERNED_BYTES_MAX, InternedText } from '../../dist/types/interned-text.js';

/** The text of a string's bytes, at the very end of a memory. */
function textOf(interned: InternedText, string: string): string {
  const bytes = Buffer.from(string);
  const memory = new Uint8Array(3 + bytes.length);
  memory.set(bytes, 3);
  return interned.text(memory, new DataView(memory.buffer), 3, memory.length);
}

test('every text is itself, whatever was looked up before it', () => {
  const interned = new InternedText();
  const unit = fc.constantFrom('a', 'b', '\0', '\x7f', 'ä', '€', '😀');
  const text = fc
    .string({ unit, maxLength: INTERNED_BYTES_MAX })
    .filter((t) => Buffer.byteLength(t) <= INTERNED_BYTES_MAX);
  fc.assert(
    fc.property(fc.array(text), (texts) => {
      for (const text of [...texts, ...texts]) assert.equal(textOf(interned, text), text);
    }),
    { numRuns: 500 },
  );
});

test('texts that differ in one byte, or in their length, are told apart', () => {
  const interned = new InternedText();
  for (let size = 0; size <= INTERNED_BYTES_MAX; size++) {
    const texts = [...Array(size).keys()].map((i) => `${'a'.repeat(i)}b${'a'.repeat(size - i - 1)}`);
    for (const text of [...texts, 'a'.repeat(size), '\0'.repeat(size), ...texts])
      assert.equal(textOf(interned, text), text);
  }
});

test('far more texts than there are places are all themselves', () => {
  const interned = new InternedText();
  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < 50_000; i++) assert.equal(textOf(interned, `value ${i}`), `value ${i}`);
  }
});

test('invalid UTF-8 is not kept, and becomes U+FFFD each time', () => {
  const interned = new InternedText();
  const memory = Uint8Array.of(0x61, 0xff, 0x62, 0x63, 0x64);
  for (let i = 0; i < 2; i++) {
    assert.equal(interned.text(memory, new DataView(memory.buffer), 0, 5), 'a\ufffdbcd');
    assert.equal(interned.text(memory, new DataView(memory.buffer), 1, 2), '\ufffd');
  }
});

test('words are read at every place of a memory, not only where they are aligned', () => {
  const interned = new InternedText();
  const memory = Uint8Array.from(Buffer.from('the quick brown fox jumps over the lazy dog'));
  const view = new DataView(memory.buffer);
  for (let start = 0; start < memory.length; start++) {
    for (let end = start; end <= Math.min(memory.length, start + INTERNED_BYTES_MAX); end++) {
      const text = interned.text(memory, view, start, end);
      assert.equal(text, Buffer.from(memory).toString('latin1', start, end));
    }
  }
});
