import assert from 'node:assert/strict';
import { test } from 'node:test';
import { delimited } from 'landfall';
import { byteByByte } from 'landfall/testing';
import { decode, guardedMemory, nameOf } from '../../dist/testing/framing/decoding.js';
import { assertDecodes, encoded, latin1, refusal } from './decoding.js';

test('frames end with their delimiter, which is not part of them, however they arrive', () => {
  assertDecodes(delimited({ delimiter: '\0' }), 'abc\0\0de\0', ['abc', '', 'de']);
  assertDecodes(delimited({ delimiter: '\r\n' }), 'abc\r\n\r\nd\re\nf\r\n', ['abc', '', 'd\re\nf']);
  assertDecodes(delimited({ delimiter: latin1('\r\n\r\n') }), 'a\r\n\r\r\n\r\n\r\n\r\n', ['a\r\n\r', '']);
});

test('a delimiter that begins inside a failed match of itself is found', () => {
  assertDecodes(delimited({ delimiter: 'aab' }), 'aaabaabxaaaab', ['a', '', 'xaa']);
  assertDecodes(delimited({ delimiter: 'abab' }), 'ababababaabab', ['', '', 'a']);
  assertDecodes(delimited({ delimiter: 'abacabab' }), 'abacabacababxabacabab', ['abac', 'x']);
});

test('a delimiter that overlaps itself ends a frame as early as it can', () => {
  assertDecodes(delimited({ delimiter: 'aa' }), 'aaaaaxaa', ['', '', 'ax']);
});

test('a frame without its delimiter at the end of the stream is not whole', () => {
  assertDecodes(delimited({ delimiter: '\r\n' }), 'abc\r\nabc', ['abc'], 'inside a frame');
  assertDecodes(delimited({ delimiter: '\r\n' }), 'abc\r\n\r', ['abc'], 'inside a frame');
});

test('the trailer of a codec is the delimiter', () => {
  const codec = delimited({ delimiter: '\r\n' }).createCodec();
  assert.equal(codec.scan(latin1('..ab\r\n..'), 2, 8, 100), 4);
  assert.deepEqual([codec.headerBytes, codec.trailerBytes], [0, 2]);
});

test('a string is UTF-8, and bytes are copied when the framing is made', () => {
  assertDecodes(delimited({ delimiter: '→' }), 'ab\xe2\x86\x92c\xe2\x86\x92', ['ab', 'c']);
  const bytes = Buffer.from(';');
  const framing = delimited({ delimiter: bytes });
  bytes[0] = 0x2c;
  assertDecodes(framing, 'a,b;', ['a,b']);
  assert.equal(encoded(framing, 'a,b'), 'a,b;');
});

test('a delimiter far behind is found, cut in two or not, and bytes that only look like it are passed over', () => {
  const framing = delimited({ delimiter: 'xyz' });
  const payload = `${'-'.repeat(3000)}xy${'-'.repeat(3000)}xxy${'-'.repeat(3000)}`;
  const wire = latin1(`${payload}xyz${payload}xyz`);
  for (const cut of [1, 2999, 3000, 3001, payload.length, payload.length + 1, payload.length + 2, payload.length + 3]) {
    const feed = [wire.subarray(0, cut), wire.subarray(cut)];
    assert.deepEqual(decode(framing, feed), { frames: [payload, payload], end: 'clean' });
  }
});

test('the longest delimiter works', () => {
  const delimiter = `${'a'.repeat(254)}b`;
  const framing = delimited({ delimiter });
  const wire = latin1(`${'a'.repeat(500)}b${'a'.repeat(100)}c${delimiter}`);
  for (const feed of [[wire], byteByByte(wire)]) {
    assert.deepEqual(decode(framing, feed), { frames: ['a'.repeat(246), `${'a'.repeat(100)}c`], end: 'clean' });
  }
});

test('each byte is looked at once, whatever the delimiter and however slowly they arrive', () => {
  for (const [delimiter, unit] of [
    ['\n', 'abcdefgh'],
    ['\r\n', 'abc\rdefg'],
    [`${'a'.repeat(200)}b`, 'aaaaaaaa'],
    [`${'ab'.repeat(100)}c`, 'abababaa'],
  ] as const) {
    const bytes = latin1(unit.repeat(500));
    for (const step of [1, 7, bytes.length]) {
      const codec = delimited({ delimiter }).createCodec();
      let reads = 0;
      for (let end = step; end <= bytes.length; end += step) {
        const memory = guardedMemory(bytes, 0, end, () => reads++);
        assert.equal(codec.scan(memory, 0, end, 1_000_000), 0);
      }
      assert.ok(reads <= bytes.length, `${reads} reads of ${bytes.length} bytes`);
    }
  }
});

test('after bytes are given back, what is left of the frame is still known, and what comes behind it is searched anew', () => {
  const codec = delimited({ delimiter: 'abc' }).createCodec();
  const scan = (text: string): number => codec.scan(latin1(text), 0, text.length, 100);
  assert.equal(scan('xxxxab'), 0);
  assert.equal(scan('xxx'), 0);
  // Not the c that would have completed the match: other bytes came instead.
  assert.equal(scan('xxxc'), 0);
  assert.equal(scan('xxxcab'), 0);
  assert.equal(scan('xxxca'), 0);
  assert.equal(scan('xxxcabc'), 7);
  assert.equal(scan('abc'), 3);
});

test('a payload over the limit ends the stream, however it arrives', () => {
  const framing = delimited({ delimiter: '\r\n', maxFrameBytes: 3 });
  assertDecodes(framing, 'abc\r\nab\r\n', ['abc', 'ab']);
  assertDecodes(framing, 'abc\r\nabcd\r\n', ['abc'], 'ERR_LIMIT: 4 over 3');
  assertDecodes(framing, 'abc\r\nabcdefgh', ['abc'], 'ERR_LIMIT: 4 over 3');
  assertDecodes(delimited({ delimiter: '\n', maxFrameBytes: 0 }), '\n\na', ['', ''], 'ERR_LIMIT: 1 over 0');
});

test('a frame is refused as soon as it cannot end within the limit, not when its delimiter arrives', () => {
  const refusedAt = (delimiter: string, text: string): number => {
    const codec = delimited({ delimiter, maxFrameBytes: 4 }).createCodec();
    for (let end = 1; end <= text.length; end++) {
      try {
        assert.equal(codec.scan(latin1(text), 0, end, 4), 0);
      } catch (error) {
        assert.equal(nameOf(error as never), 'ERR_LIMIT: 5 over 4');
        return end;
      }
    }
    return 0;
  };
  assert.equal(refusedAt('\n', 'abcdefgh'), 5);
  assert.equal(refusedAt('xyz', 'abcdefgh'), 5);
  // Until the delimiter that has begun in time is not completed.
  assert.equal(refusedAt('xyz', 'abcdxyyy'), 7);
  assert.equal(refusedAt('xyz', 'abcdexyz'), 5);
  assert.equal(refusedAt('aab', 'aaaaaaaa'), 7);
});

test('skipped frames are dropped as they arrive, up to behind their delimiter, and those behind are received', () => {
  const framing = delimited({ delimiter: '\r\n', maxFrameBytes: 3, oversize: 'skip' });
  assertDecodes(framing, 'abc\r\nABCD\r\nd\r\nABC\r\rDEFGHIJ\rKL\nM\r\r\n\r\n', ['abc', 'd', '']);
  assertDecodes(framing, 'ABCD\r\nABCDE\r\nABCDEF\r\nabc\r\n', ['abc']);
  assertDecodes(delimited({ delimiter: 'aab', maxFrameBytes: 2, oversize: 'skip' }), 'AAAaaaaaabxyaab', ['xy']);
});

test('nothing is kept of what is skipped, not even the start of a delimiter', () => {
  const codec = delimited({ delimiter: '\r\n', oversize: 'skip' }).createCodec();
  assert.equal(codec.scan(latin1('abcdef\r'), 0, 7, 3), -7);
  assert.equal(codec.scan(latin1('gh\r'), 0, 3, 3), -3);
  assert.equal(codec.scan(latin1('\nabc\r\n'), 0, 6, 3), -1);
  assert.equal(codec.scan(latin1('abc\r\n'), 0, 5, 3), 5);
});

test('the end of the stream inside a frame that is skipped is clean: nothing is left of it', () => {
  assertDecodes(delimited({ delimiter: '\r\n', maxFrameBytes: 3, oversize: 'skip' }), 'abc\r\nABCDEF\r', ['abc']);
});

test('a limit lowered inside a frame holds for it, as its size is not known yet', () => {
  const skipping = delimited({ delimiter: '\n', oversize: 'skip' }).createCodec();
  assert.equal(skipping.scan(latin1('abcdef'), 0, 6, 100), 0);
  assert.equal(skipping.scan(latin1('abcdefg\n'), 0, 8, 3), -8);
  assert.equal(skipping.scan(latin1('abc\n'), 0, 4, 3), 4);
  const failing = delimited({ delimiter: '\n' }).createCodec();
  assert.equal(failing.scan(latin1('abcdef'), 0, 6, 100), 0);
  assert.throws(() => failing.scan(latin1('abcdefg'), 0, 7, 3), { code: 'ERR_LIMIT' });
});

test('a limit lowered to less than was searched skips on from there, with the delimiter that has begun', () => {
  const codec = delimited({ delimiter: 'abab', oversize: 'skip' }).createCodec();
  assert.equal(codec.scan(latin1('xxxxxab'), 0, 7, 100), 0);
  assert.equal(codec.scan(latin1('xxxxxab'), 0, 7, 1), -7);
  assert.equal(codec.scan(latin1('zabab'), 0, 5, 1), -5);
  assert.equal(codec.scan(latin1('zabab'), 0, 5, 1), 5);
});

test('a frame that was refused is refused again, and is received under a larger limit', () => {
  const codec = delimited({ delimiter: 'abab' }).createCodec();
  const bytes = latin1('bxababxx');
  assert.throws(() => codec.scan(bytes, 0, 6, 1), { code: 'ERR_LIMIT' });
  assert.throws(() => codec.scan(bytes, 0, 6, 1), { code: 'ERR_LIMIT' });
  assert.equal(codec.scan(bytes, 0, 4, 100), 0);
  assert.equal(codec.scan(bytes, 0, 8, 100), 6);
});

test('a limit without end is no trouble', () => {
  const framing = delimited({ delimiter: '\n', maxFrameBytes: Number.MAX_SAFE_INTEGER });
  assertDecodes(framing, 'abc\n\n', ['abc', '']);
});

test('a payload is sent with its delimiter behind', () => {
  const framing = delimited({ delimiter: '\r\n' });
  assert.equal(encoded(framing, ['ab', '', 'c\r']), 'abc\r\r\n');
  assert.equal(encoded(framing, ''), '\r\n');
  assert.equal(refusal(delimited({ delimiter: '\r\n', maxFrameBytes: 3 }), 'abcd'), 'ERR_LIMIT: 4 over 3');
});

test('a payload that would end early is refused: the delimiter in it, across parts, or with the delimiter behind', () => {
  const framing = delimited({ delimiter: '\r\n' });
  assert.equal(refusal(framing, 'a\r\nb'), 'ERR_FRAME in 0 bytes');
  assert.equal(refusal(framing, ['a\r', '\nb']), 'ERR_FRAME in 0 bytes');
  assert.equal(refusal(framing, ['a\r', '', '\n']), 'ERR_FRAME in 0 bytes');
  assert.equal(refusal(delimited({ delimiter: 'aa' }), 'a'), 'ERR_FRAME in 0 bytes');
  assert.equal(refusal(delimited({ delimiter: 'aa' }), 'ba'), 'ERR_FRAME in 0 bytes');
  assert.equal(refusal(delimited({ delimiter: 'abab' }), 'xab'), 'ERR_FRAME in 0 bytes');
  assert.equal(encoded(delimited({ delimiter: 'aa' }), 'ab'), 'abaa');
  assert.equal(encoded(delimited({ delimiter: 'abab' }), 'xaba'), 'xabaabab');
});

test('what was refused, or is being received, has no effect on the next payload sent', () => {
  const codec = delimited({ delimiter: '\r\n' }).createCodec();
  const wire: Uint8Array[] = [];
  assert.throws(() => codec.encode([latin1('\r\n\r')], 3, 100, wire), { code: 'ERR_FRAME' });
  assert.equal(codec.scan(latin1('abc\r'), 0, 4, 100), 0);
  codec.encode([latin1('\nabc')], 4, 100, wire);
  assert.equal(Buffer.concat(wire).toString(), '\nabc\r\n');
  assert.equal(codec.scan(latin1('abc\r\n'), 0, 5, 100), 5);
});

test('each connection searches on its own', () => {
  const framing = delimited({ delimiter: '\r\n' });
  const [one, other] = [framing.createCodec(), framing.createCodec()];
  assert.equal(one.scan(latin1('abc\r'), 0, 4, 100), 0);
  assert.equal(other.scan(latin1('\n'), 0, 1, 100), 0);
  assert.equal(one.scan(latin1('abc\r\n'), 0, 5, 100), 5);
});

test('delimited options that cannot be are refused at once, and the limit is 64 MiB unless set', () => {
  assert.equal(delimited({ delimiter: '\n' }).maxFrameBytes, 64 * 1024 * 1024);
  for (const delimiter of ['', new Uint8Array(0), 'x'.repeat(256)])
    assert.throws(() => delimited({ delimiter }), RangeError);
  for (const delimiter of [undefined, null, 10, [10]]) {
    assert.throws(() => delimited({ delimiter: delimiter as unknown as string }), TypeError);
  }
  assert.throws(() => delimited({ delimiter: '\n', oversize: 'drop' as 'skip' }), TypeError);
  assert.throws(() => delimited({ delimiter: '\n', maxFrameBytes: -1 }), RangeError);
});
