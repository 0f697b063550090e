import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type LengthPrefixedOptions, lengthPrefixed } from 'landfall';
import { decode, nameOf } from '../../dist/testing/framing/decoding.js';
import { assertDecodes, encoded, latin1, refusal } from './decoding.js';

const LARGEST = Number.MAX_SAFE_INTEGER;

/** What a header of eight big-endian bytes is taken for: a size, or an error in a word or two. */
function scanned(
  options: Omit<LengthPrefixedOptions, 'lengthBytes'>,
  length: number | bigint,
  limit: number,
): number | string {
  const header = Buffer.alloc(8);
  header.writeBigUInt64BE(BigInt(length));
  try {
    return lengthPrefixed({ lengthBytes: 8, ...options })
      .createCodec()
      .scan(header, 0, 8, limit);
  } catch (error) {
    return nameOf(error as never);
  }
}

test('a length behind other bytes of the header is found, and the whole header is stripped', () => {
  const framing = lengthPrefixed({ lengthBytes: 2, lengthOffset: 4 });
  assertDecodes(framing, 'zzzz\0\x09abcdefghixxxx\0\x03123yyyy\0\0', ['abcdefghi', '123', '']);
  assert.equal(encoded(framing, 'abc'), '\0\0\0\0\0\x03abc');
});

test('a header that goes on behind the length field is stripped whole, and sent as zeros', () => {
  const framing = lengthPrefixed({ lengthBytes: 2, lengthOffset: 1, headerBytes: 5 });
  assertDecodes(framing, 'a\0\x03bcxyza\0\0bca\0\x01bcd', ['xyz', '', 'd']);
  assert.equal(encoded(framing, 'xyz'), '\0\0\x03\0\0xyz');
  // The size is known with the field, before the rest of the header arrives.
  assert.equal(framing.createCodec().scan(latin1('a\0\x03'), 0, 3, 100), 8);
});

test('a header of no bytes leaves the whole frame in the payload, length field and all', () => {
  const framing = lengthPrefixed({ lengthBytes: 2, lengthAdjustment: 2, headerBytes: 0 });
  assertDecodes(framing, '\0\x09abcdefghi\0\x03123', ['\0\x09abcdefghi', '\0\x03123']);
  const shifted = lengthPrefixed({ lengthBytes: 2, lengthOffset: 2, lengthAdjustment: 4, headerBytes: 0 });
  assertDecodes(shifted, 'xx\0\x09abcdefghiyy\0\x03123', ['xx\0\x09abcdefghi', 'yy\0\x03123']);
  assert.equal(encoded(shifted, 'yy??123'), 'yy\0\x03123');
});

test('a header that ends inside the length field is stripped that far, and put back when sent', () => {
  const framing = lengthPrefixed({ lengthBytes: 4, headerBytes: 2, lengthAdjustment: 2 });
  assertDecodes(framing, '\0\0\0\x03abc\0\0\0\0', ['\0\x03abc', '\0\0']);
  assert.equal(encoded(framing, ['?', '?a', 'bc']), '\0\0\0\x03abc');
  assert.equal(refusal(framing, '?'), 'ERR_FRAME in 0 bytes');
});

test('three bytes of length and one that is not stripped by the length make a header of four', () => {
  const framing = lengthPrefixed({ lengthBytes: 3, lengthAdjustment: 0, headerBytes: 4 });
  assertDecodes(framing, '\0\0\x09Xabcdefghi\0\0\x03X123\0\0\x0bXhello world', ['abcdefghi', '123', 'hello world']);
});

test('a length that counts its header is adjusted by the negative of that', () => {
  const framing = lengthPrefixed({ lengthBytes: 2, lengthAdjustment: -2 });
  assertDecodes(framing, '\0\x0babcdefghi\0\x05123\0\x02\0\x0dhello world', ['abcdefghi', '123', '', 'hello world']);
  assert.equal(encoded(framing, '123'), '\0\x05123');
  assertDecodes(framing, '\0\x01abc', [], 'ERR_FRAME in 2 bytes');
});

test('a kept header is part of the frame as received, and not of what the limit counts', () => {
  const framing = lengthPrefixed({
    lengthBytes: 2,
    lengthOffset: 1,
    headerBytes: 4,
    stripHeader: false,
    maxFrameBytes: 3,
  });
  assertDecodes(framing, 'a\0\x03bxyzc\0\0d', ['a\0\x03bxyz', 'c\0\0d']);
  assertDecodes(framing, 'a\0\x03bxyza\0\x04bxyzz', ['a\0\x03bxyz'], 'ERR_LIMIT: 4 over 3');
  const codec = framing.createCodec();
  assert.deepEqual([codec.headerBytes, codec.trailerBytes], [0, 0]);
});

test('with a kept header, the length is filled in where the payload has room for it, wherever its parts are cut', () => {
  const framing = lengthPrefixed({
    lengthBytes: 2,
    lengthOffset: 1,
    headerBytes: 4,
    stripHeader: false,
    maxFrameBytes: 3,
  });
  for (let cut = 0; cut <= 7; cut++) {
    for (let other = cut; other <= 7; other++) {
      const parts = ['a??bxyz'.slice(0, cut), 'a??bxyz'.slice(cut, other), 'a??bxyz'.slice(other)];
      assert.equal(encoded(framing, parts), 'a\0\x03bxyz', parts.join('|'));
    }
  }
  assert.equal(encoded(framing, 'a??b'), 'a\0\0b');
});

test('with a kept header, only the header up to the length is copied: the rest goes by reference', () => {
  const framing = lengthPrefixed({ lengthBytes: 2, headerBytes: 4, stripHeader: false });
  const payload = Uint8Array.from(latin1('??bcxyz'));
  const wire: Uint8Array[] = [];
  framing.createCodec().encode([payload], payload.length, 100, wire);
  assert.equal(Buffer.concat(wire).toString('latin1'), '\0\x03bcxyz');
  assert.equal(Buffer.from(payload).toString(), '??bcxyz');
  assert.equal(wire.length, 2);
  assert.equal(wire[1]!.buffer, payload.buffer);
  assert.equal(wire[1]!.byteOffset, payload.byteOffset + 2);

  const parts = [payload.subarray(0, 2), payload.subarray(2)];
  wire.length = 0;
  framing.createCodec().encode(parts, payload.length, 100, wire);
  assert.equal(wire.length, 2);
  assert.equal(wire[1], parts[1]);
});

test('a payload shorter than the header that it should begin with is refused, and one over the limit behind it', () => {
  const framing = lengthPrefixed({ lengthBytes: 2, headerBytes: 4, stripHeader: false, maxFrameBytes: 3 });
  assert.equal(refusal(framing, ''), 'ERR_FRAME in 0 bytes');
  assert.equal(refusal(framing, ['a', 'bc']), 'ERR_FRAME in 0 bytes');
  assert.equal(refusal(framing, 'abcdwxyz'), 'ERR_LIMIT: 4 over 3');
});

test('what the field cannot express after the adjustment is refused, and no output is touched', () => {
  const plain = lengthPrefixed({ lengthBytes: 1 });
  assert.equal(refusal(plain, 'x'.repeat(256), 1000), 'ERR_LIMIT: 256 over 255');
  const counted = lengthPrefixed({ lengthBytes: 1, lengthAdjustment: -1 });
  assert.equal(encoded(counted, 'x'.repeat(254)), `\xff${'x'.repeat(254)}`);
  assert.equal(refusal(counted, 'x'.repeat(255), 1000), 'ERR_LIMIT: 255 over 254');
  const discounted = lengthPrefixed({ lengthBytes: 1, lengthAdjustment: 1 });
  assert.equal(encoded(discounted, 'x'.repeat(256)), `\xff${'x'.repeat(256)}`);
  assert.equal(refusal(discounted, 'x'.repeat(257), 1000), 'ERR_LIMIT: 257 over 256');
  assert.equal(refusal(discounted, ''), 'ERR_FRAME in 0 bytes');
});

test('the limit is what the field can express after the adjustment, if that is less', () => {
  assert.equal(lengthPrefixed({ lengthBytes: 1, lengthAdjustment: 10 }).maxFrameBytes, 265);
  assert.equal(lengthPrefixed({ lengthBytes: 1, lengthAdjustment: -10 }).maxFrameBytes, 245);
  assert.equal(lengthPrefixed({ lengthBytes: 1, lengthAdjustment: -10, maxFrameBytes: 300 }).maxFrameBytes, 245);
  assert.equal(lengthPrefixed({ lengthBytes: 4, lengthAdjustment: -10 }).maxFrameBytes, 64 * 1024 * 1024);
});

test('the limit counts the payload after the adjustment', () => {
  const framing = lengthPrefixed({ lengthBytes: 1, lengthAdjustment: -1, maxFrameBytes: 3 });
  assertDecodes(framing, '\x04abc\x05abcd', ['abc'], 'ERR_LIMIT: 4 over 3');
  const skipping = lengthPrefixed({ lengthBytes: 1, lengthAdjustment: -1, maxFrameBytes: 3, oversize: 'skip' });
  assertDecodes(skipping, '\x04abc\x05ABCD\x02d', ['abc', 'd']);
});

test('a frame that would end inside its own header is an error under every policy, and the scan goes on behind it', () => {
  for (const oversize of ['fail', 'skip'] as const) {
    const negative = lengthPrefixed({ lengthBytes: 1, lengthAdjustment: -3, oversize });
    assertDecodes(negative, '\x04a\x02\x05bc', ['a'], 'ERR_FRAME in 1 bytes', {});
    assertDecodes(negative, '\x04a\x02\x05bc', ['a', 'bc'], 'clean', { onward: true });
    const short = lengthPrefixed({ lengthBytes: 2, lengthOffset: 1, headerBytes: 1, oversize });
    assertDecodes(short, 'x\0\x01x\0\x03a', [], 'ERR_FRAME in 3 bytes');
    assertDecodes(short, 'x\0\x01x\0\x03a', ['\0\x03a'], 'clean', { onward: true });
    const whole = lengthPrefixed({ lengthBytes: 2, headerBytes: 0, oversize });
    assertDecodes(whole, '\0\x02\0\x03a\0\0', ['\0\x02', '\0\x03a'], 'ERR_FRAME in 2 bytes');
  }
});

test('sums near 2^53 are exact or refused, never rounded into something that passes', () => {
  const strip = { lengthAdjustment: LARGEST };
  assert.throws(() => lengthPrefixed({ lengthBytes: 8, ...strip }), RangeError);
  assert.equal(scanned({ lengthAdjustment: LARGEST, headerBytes: 0 }, 0, LARGEST), LARGEST);
  assert.equal(
    scanned({ lengthAdjustment: LARGEST, headerBytes: 0, oversize: 'skip' }, 1, LARGEST),
    'ERR_FRAME in 8 bytes',
  );
  assert.equal(scanned({ lengthAdjustment: -LARGEST }, LARGEST, LARGEST), 8);
  assert.equal(scanned({ lengthAdjustment: -LARGEST }, LARGEST - 1, LARGEST), 'ERR_FRAME in 8 bytes');
  assert.equal(scanned({ lengthAdjustment: -LARGEST }, 2n ** 53n, LARGEST), 'ERR_FRAME in 8 bytes');
  assert.equal(scanned({ lengthAdjustment: -10 }, LARGEST, LARGEST), LARGEST - 2);
  assert.equal(scanned({ lengthAdjustment: -10 }, 2n ** 53n, LARGEST), 'ERR_FRAME in 8 bytes');
  assert.equal(scanned({ lengthAdjustment: 10 }, LARGEST - 18, LARGEST), LARGEST);
  assert.equal(scanned({ lengthAdjustment: 10, oversize: 'skip' }, LARGEST - 17, LARGEST), 'ERR_FRAME in 8 bytes');
  assert.equal(scanned({ lengthAdjustment: 10, oversize: 'skip' }, LARGEST - 18, 0), -LARGEST);
});

test("tokio's and Netty's options give the same frames with the numbers that the documentation says", () => {
  // Netty's lengthFieldOffset 1, lengthFieldLength 2, lengthAdjustment -3, initialBytesToStrip 3: a length of the whole message.
  const netty = lengthPrefixed({ lengthBytes: 2, lengthOffset: 1, headerBytes: 3, lengthAdjustment: -3 + (1 + 2) - 3 });
  assertDecodes(netty, '\xca\0\x10HELLO, WORLD!', ['HELLO, WORLD!']);
  // Netty's lengthFieldOffset 1, lengthFieldLength 2, lengthAdjustment 1, initialBytesToStrip 3: one more header byte is kept.
  const two = lengthPrefixed({ lengthBytes: 2, lengthOffset: 1, headerBytes: 3, lengthAdjustment: 1 + (1 + 2) - 3 });
  assertDecodes(two, '\xca\0\x0c\xfeHELLO, WORLD', ['\xfeHELLO, WORLD']);
  // tokio's length_field_offset 1, length_field_length 2, length_adjustment 1, num_skip 3.
  const tokio = lengthPrefixed({ lengthBytes: 2, lengthOffset: 1, headerBytes: 3, lengthAdjustment: 1 });
  assertDecodes(tokio, '\xca\0\x0c\xfeHELLO, WORLD', ['\xfeHELLO, WORLD']);
});

test('every combination of options sends what it receives', () => {
  for (const lengthBytes of [1, 2, 3, 4, 8] as const) {
    for (const lengthOffset of [0, 3]) {
      for (const headerBytes of [0, 1, lengthOffset + lengthBytes, lengthOffset + lengthBytes + 2]) {
        for (const lengthAdjustment of [-2, 0, 2]) {
          for (const stripHeader of [true, false]) {
            for (const endian of ['big', 'little'] as const) {
              const options = { lengthBytes, lengthOffset, headerBytes, lengthAdjustment, stripHeader, endian };
              const framing = lengthPrefixed(options);
              const payload = 'abcdefghijklmnopqrstuvwx';
              const wire = encoded(framing, [payload.slice(0, 3), payload.slice(3)]);
              const { frames, end } = decode(framing, [latin1(wire + wire)]);
              assert.equal(end, 'clean', JSON.stringify(options));
              // Whole again but for the length, which stands where it stood.
              assert.deepEqual(
                frames.map((frame) => [frame.length, frame.slice(-8)]),
                [1, 2].map(() => [payload.length, payload.slice(-8)]),
                JSON.stringify(options),
              );
              assert.equal(encoded(framing, frames[0]!), wire, JSON.stringify(options));
            }
          }
        }
      }
    }
  }
});

test('the longest header works, and a longer one is refused', () => {
  const framing = lengthPrefixed({ lengthBytes: 8, lengthOffset: 1024 });
  assert.deepEqual(decode(framing, [latin1(encoded(framing, 'abc'))]), { frames: ['abc'], end: 'clean' });
  assert.throws(() => lengthPrefixed({ lengthBytes: 8, lengthOffset: 1025 }), RangeError);
  assert.throws(() => lengthPrefixed({ lengthBytes: 8, headerBytes: 1033 }), RangeError);
});

test('header options that cannot be are refused at once', () => {
  for (const number of [-1, 1.5, Number.NaN, 2 ** 53, '1' as unknown as number]) {
    assert.throws(() => lengthPrefixed({ lengthBytes: 4, lengthOffset: number }), RangeError);
    assert.throws(() => lengthPrefixed({ lengthBytes: 4, headerBytes: number }), RangeError);
    if (number !== -1) assert.throws(() => lengthPrefixed({ lengthBytes: 4, lengthAdjustment: number }), RangeError);
  }
  assert.throws(() => lengthPrefixed({ lengthBytes: 4, stripHeader: 0 as unknown as boolean }), TypeError);
  // The field holds up to 255, so this payload would always be negative, or never reach the end of the field.
  assert.throws(() => lengthPrefixed({ lengthBytes: 1, lengthAdjustment: -256 }), RangeError);
  assert.throws(() => lengthPrefixed({ lengthBytes: 1, lengthOffset: 300, headerBytes: 0 }), RangeError);
});
