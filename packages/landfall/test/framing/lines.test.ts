import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FrameCodec, FramedProtocol, lines } from 'landfall';
import { seededRandom } from 'landfall/testing';
import { decode, nameOf } from '../../dist/testing/framing/decoding.js';
import { randomBelow } from '../../dist/testing/random.js';
import { assertDecodes, encoded, latin1, refusal } from './decoding.js';
import { feedBytes } from './feeding.js';

/** What a codec makes of one line after the other that arrives, each behind what the ones before left. */
function conversation(oversize: 'fail' | 'skip', maxLineBytes: number): (piece: string) => (string | null)[] {
  const codec: FrameCodec = lines({ maxLineBytes, oversize }).createCodec();
  let rest: Uint8Array = Buffer.alloc(0);
  return (piece) => {
    rest = Buffer.concat([rest, latin1(piece)]);
    const seen: (string | null)[] = [];
    while (rest.length > 0) {
      const bytes = codec.scan(rest, 0, rest.length, maxLineBytes);
      if (bytes === 0) break;
      if (bytes > 0) seen.push(Buffer.from(rest.subarray(0, bytes - codec.trailerBytes)).toString('latin1'));
      // Null for what is skipped.
      else seen.push(null);
      rest = rest.subarray(Math.abs(bytes));
    }
    return seen;
  };
}

test('lines end with a line feed, and a carriage return in front of it is not part of them, however they arrive', () => {
  assertDecodes(lines(), 'line 1\nline 2\r\nline 3\n\r\n\n', ['line 1', 'line 2', 'line 3', '', '']);
  assertDecodes(lines(), 'a\rb\r\r\n\rc\n', ['a\rb\r', '\rc']);
});

test('a last line without a line feed is received at the end of the stream, without a carriage return at its end', () => {
  assertDecodes(lines(), 'a\nb', ['a', 'b']);
  assertDecodes(lines(), 'a\nb\r', ['a', 'b']);
  assertDecodes(lines(), 'a\n\r\r', ['a', '\r']);
});

test('a lone carriage return at the end of the stream is no line, and no error', () => {
  assertDecodes(lines(), '\r', []);
  assertDecodes(lines(), 'line 1\n\r\n\r', ['line 1', '']);
  assertDecodes(lines(), '\rk', ['\rk']);
  assertDecodes(lines(), '', []);
});

test('lines are bytes: what is no UTF-8 disturbs nothing', () => {
  assertDecodes(lines(), 'line 1\xc3\x28\nline 2\n\xff\xfe\r\n\xc3', ['line 1\xc3\x28', 'line 2', '\xff\xfe', '\xc3']);
});

test('a line longer than the limit ends the stream, and a carriage return at its end counts', () => {
  const framing = lines({ maxLineBytes: 6 });
  assertDecodes(framing, 'line 2\nline 3\n', ['line 2', 'line 3']);
  assertDecodes(framing, 'line 1 is too long\nline 2\n', [], 'ERR_LIMIT: 7 over 6');
  assertDecodes(framing, 'line 2\nline 3\r\n', ['line 2'], 'ERR_LIMIT: 7 over 6');
  assertDecodes(framing, 'line4\r\n\r\n', ['line4', '']);
  assertDecodes(framing, 'aaabbbc', [], 'ERR_LIMIT: 7 over 6');
  assertDecodes(framing, 'line 2\nline 3', ['line 2', 'line 3']);
});

test('lines longer than the limit are skipped up to behind their line feed, and those behind are received', () => {
  const framing = lines({ maxLineBytes: 6, oversize: 'skip' });
  const wire = 'line 1 is too long\nline 2\nline 3\r\nline 4\n\r\n\r';
  assertDecodes(framing, wire, ['line 2', 'line 4', '']);
  assertDecodes(framing, 'line 2\nline 1 is too long', ['line 2']);
});

// The next seven keep the meaning of tokio's tests of these names, which report an error where a line begins to be skipped.
test('max length, underrun: what is left of a line that was too long is skipped, and the next one cut in two is received', () => {
  const receive = conversation('skip', 6);
  assert.deepEqual(receive('line '), []);
  assert.deepEqual(receive('too l'), [null]);
  assert.deepEqual(receive('ong\n'), [null]);
  assert.deepEqual(receive('line 2'), []);
  assert.deepEqual(receive('\n'), ['line 2']);
});

test('max length, bursts: a line that grows past the limit with its line feed is too long', () => {
  const receive = conversation('skip', 10);
  assert.deepEqual(receive('line '), []);
  assert.deepEqual(receive('too l'), []);
  assert.deepEqual(receive('ong\n'), [null]);
  assert.deepEqual(receive('line 2\n'), ['line 2']);
});

test('max length, big burst: a line that was short so far and arrives too long with its line feed is too long', () => {
  const receive = conversation('skip', 10);
  assert.deepEqual(receive('line '), []);
  assert.deepEqual(receive('too long!\n'), [null]);
});

test('max length, newline between decodes: a line as long as the limit is received when its line feed comes alone', () => {
  const receive = conversation('fail', 5);
  assert.deepEqual(receive('hello'), []);
  assert.deepEqual(receive('\nworld'), ['hello']);
  assert.deepEqual(receive('\n'), ['world']);
});

test('max length, underrun twice: a line is skipped over several receives, without a second report', () => {
  const receive = conversation('skip', 11);
  assert.deepEqual(receive('line '), []);
  assert.deepEqual(receive('too very l'), [null]);
  assert.deepEqual(receive('aaaaaaaaaaaaaaaaaaaaaaa'), [null]);
  assert.deepEqual(receive('ong\nshort\n'), [null, 'short']);
});

test('discard repeat: what is skipped does not come back with the next byte', () => {
  const receive = conversation('skip', 1);
  assert.deepEqual(receive('aa'), [null]);
  assert.deepEqual(receive('a'), [null]);
  assert.deepEqual(receive('\nb\n'), [null, 'b']);
});

test('max length: with the policy to fail, the same lines are errors as soon as they are too long', () => {
  const receive = conversation('fail', 6);
  assert.deepEqual(receive('line '), []);
  assert.throws(() => receive('too l'), { code: 'ERR_LIMIT', limitBytes: 6, actualBytes: 7 });
});

test('a limit lowered after the last scan holds for the last line, and its policy', () => {
  for (const oversize of ['fail', 'skip'] as const) {
    const codec = lines({ oversize }).createCodec();
    assert.equal(codec.scan(latin1('abc'), 0, 3, 100), 0);
    try {
      assert.equal(codec.scanEnd!(latin1('abc'), 0, 3, 2), -3);
      assert.equal(oversize, 'skip');
    } catch (error) {
      assert.equal(oversize, 'fail');
      assert.equal(nameOf(error as never), 'ERR_LIMIT: 3 over 2');
    }
  }
});

test('a line is sent with a line feed behind', () => {
  assert.equal(encoded(lines(), ['ab', '', 'c']), 'abc\n');
  assert.equal(encoded(lines(), 'a\rb'), 'a\rb\n');
  assert.equal(encoded(lines(), ''), '\n');
});

test('what would not come back as it was is not sent: a line feed inside, a carriage return at the end, a line too long', () => {
  assert.equal(refusal(lines(), 'a\nb'), 'ERR_FRAME in 0 bytes');
  assert.equal(refusal(lines(), ['a', '\n']), 'ERR_FRAME in 0 bytes');
  assert.equal(refusal(lines(), 'a\r'), 'ERR_FRAME in 0 bytes');
  assert.equal(refusal(lines(), ['a', '\r', '']), 'ERR_FRAME in 0 bytes');
  assert.equal(refusal(lines({ maxLineBytes: 3 }), 'abcd'), 'ERR_LIMIT: 4 over 3');
});

test('the limit is 64 KiB unless set', () => {
  assert.equal(lines().maxFrameBytes, 65_536);
  const longest = 'x'.repeat(65_536);
  assert.deepEqual(decode(lines(), [latin1(`${longest}\n`)]), { frames: [longest], end: 'clean' });
  assert.deepEqual(decode(lines(), [latin1(`${longest}x`)]), { frames: [], end: 'ERR_LIMIT: 65537 over 65536' });
});

test('line options that cannot be are refused at once', () => {
  assert.throws(() => lines({ oversize: 'drop' as 'skip' }), TypeError);
  for (const maxLineBytes of [-1, 1.5, Number.NaN]) assert.throws(() => lines({ maxLineBytes }), RangeError);
});

test('short lines of every size, with either end, ASCII or not, are cut as by hand, by offset and as text', () => {
  const random = seededRandom(7);
  const texts = Array.from({ length: 3000 }, (_, i) => {
    const letter = i % 97 === 0 ? 'é' : 'x';
    return `${letter.repeat(randomBelow(random, 0, i % 50 === 0 ? 400 : 140))}${i % 11 === 0 ? '\r' : ''}`;
  });
  const wire = Buffer.from(texts.map((text, i) => `${text}${i % 3 === 0 ? '\r' : ''}\n`).join(''));
  const expected = texts.map((text, i) => (i % 3 === 0 || !text.endsWith('\r') ? text : text.slice(0, -1)));
  const received: string[] = [];
  const framed = new FramedProtocol({
    framing: lines(),
    receiver: {
      frameReceived(memory, start, end, framing) {
        const text = Buffer.from(memory.subarray(start, end)).toString();
        assert.equal(framing.frameText(), text);
        received.push(text);
      },
    },
  });
  const sizes = Array.from({ length: 200 }, () => randomBelow(random, 1, 5000));
  feedBytes(framed, wire, sizes);
  assert.deepEqual(received, expected);
});
