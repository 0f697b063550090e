/** `frameText()`: a frame as text, whatever comes before and behind it in the same receive. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FramedProtocol, lengthPrefixed, lines } from 'landfall';
import { hasCode } from '../../dist/testing/codes.js';
import { feedBytes } from './feeding.js';

const words = fc.array(
  fc.oneof(
    fc.string({ unit: fc.constantFrom('a', 'b', ' '), maxLength: 30 }),
    fc.string({ unit: fc.constantFrom('ä', '€', '😀', 'x'), maxLength: 30 }),
    fc.constant('long '.repeat(5000)),
  ),
  { maxLength: 30 },
);

test('each line is the text that was sent, ASCII or not, however the bytes are cut', () => {
  fc.assert(
    fc.property(words, fc.array(fc.integer({ min: 1, max: 70_000 }), { maxLength: 20 }), (texts, cuts) => {
      const got: string[] = [];
      const receiver = {
        frameReceived: (_m: Uint8Array, _s: number, _e: number, framed: FramedProtocol) =>
          void got.push(framed.frameText()),
      };
      feedBytes(
        new FramedProtocol({ framing: lines(), receiver }),
        Buffer.from(texts.map((text) => `${text}\n`).join('')),
        cuts,
      );
      assert.deepEqual(got, texts);
    }),
  );
});

test('bytes that are no UTF-8 become replacement characters, as with toString', () => {
  const got: string[] = [];
  const payload = Uint8Array.of(0x61, 0xff, 0xc3, 0x62);
  const receiver = {
    frameReceived: (_m: Uint8Array, _s: number, _e: number, framed: FramedProtocol) =>
      void got.push(framed.frameText()),
  };
  feedBytes(
    new FramedProtocol({ framing: lengthPrefixed({ lengthBytes: 1 }), receiver }),
    Uint8Array.of(4, ...payload, 4, ...payload),
    [],
  );
  assert.deepEqual(got, Array(2).fill(Buffer.from(payload).toString()));
});

test('text that is kept stays as it was when the memory is received into again', () => {
  const got: string[] = [];
  const receiver = {
    frameReceived: (_m: Uint8Array, _s: number, _e: number, framed: FramedProtocol) =>
      void got.push(framed.frameText()),
  };
  const framed = new FramedProtocol({ framing: lines(), receiver });
  for (let i = 0; i < 100; i++) feedBytes(framed, Buffer.from(`line ${i}\n`.repeat(50)), [], i === 0);
  assert.deepEqual(
    got,
    Array.from({ length: 5000 }, (_, i) => `line ${Math.floor(i / 50)}`),
  );
});

test('outside frameReceived there is no frame', () => {
  const framed = new FramedProtocol({ framing: lines(), receiver: { frameReceived() {} } });
  assert.throws(() => framed.frameText(), hasCode('ERR_RELEASED'));
});
