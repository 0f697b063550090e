import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixedSize } from 'landfall';
import { assertDecodes, encoded, refusal } from './decoding.js';

test('frames of a fixed size come out whole, however they arrive', () => {
  assertDecodes(fixedSize(3), 'abcdefghi', ['abc', 'def', 'ghi']);
  assertDecodes(fixedSize(1), 'abc', ['a', 'b', 'c']);
  assertDecodes(fixedSize(4), '', []);
});

test('the end of the stream inside a frame of a fixed size is not clean', () => {
  assertDecodes(fixedSize(3), 'abcde', ['abc'], 'inside a frame');
});

test('the size of a frame is known before any of it has arrived', () => {
  const codec = fixedSize(2 ** 32).createCodec();
  assert.equal(codec.scan(new Uint8Array(1), 0, 1, 2 ** 32), 2 ** 32);
});

test('a payload of another size is refused', () => {
  assert.equal(encoded(fixedSize(3), ['a', 'bc']), 'abc');
  for (const payload of ['', 'ab', 'abcd']) assert.equal(refusal(fixedSize(3), payload), 'ERR_FRAME in 0 bytes');
});

test('a limit lowered below the size refuses every frame', () => {
  assertDecodes(fixedSize(3), 'abc', [], 'ERR_LIMIT: 3 over 2', { maxFrameBytes: 2 });
  assert.equal(refusal(fixedSize(3), 'abc', 2), 'ERR_LIMIT: 3 over 2');
  assert.equal(fixedSize(3).maxFrameBytes, 3);
});

test('sizes that cannot be are refused at once', () => {
  for (const bytes of [0, -1, 1.5, Number.NaN, 2 ** 32 + 1, '3' as unknown as number]) {
    assert.throws(() => fixedSize(bytes), RangeError);
  }
});
