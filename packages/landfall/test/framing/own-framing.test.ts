import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FrameCodec, FrameError, type Framing, fixedSize, LimitError, lengthPrefixed, lines } from 'landfall';
import { assertDecodes, encoded, latin1, refusal } from './decoding.js';

const COLON = 0x3a;
const COMMA = 0x2c;

/** A framing of one's own: netstrings, `5:hello,`. The length is decimal, so the header is longer for longer frames. */
class Netstrings implements Framing, FrameCodec {
  readonly maxFrameBytes: number = 1000;
  headerBytes = 0;
  readonly trailerBytes = 1;

  createCodec(): FrameCodec {
    return new Netstrings();
  }

  scan(memory: Uint8Array, start: number, end: number, maxFrameBytes: number): number {
    let length = 0;
    for (let at = start; at < end; at++) {
      if (memory[at] === COLON) {
        this.headerBytes = at + 1 - start;
        return this.headerBytes + length + 1;
      }
      const digit = memory[at]! - 0x30;
      if (digit < 0 || digit > 9) throw new FrameError('a netstring begins with its length', at + 1 - start);
      length = length * 10 + digit;
      if (length > maxFrameBytes) throw new LimitError('a netstring', length, maxFrameBytes);
    }
    return 0;
  }

  encode(payload: readonly Uint8Array[], payloadBytes: number, maxFrameBytes: number, wire: Uint8Array[]): void {
    if (payloadBytes > maxFrameBytes) throw new LimitError('a netstring', payloadBytes, maxFrameBytes);
    wire.push(Buffer.from(`${payloadBytes}:`), ...payload, Uint8Array.of(COMMA));
  }
}

test('a framing of one’s own has a header as long as the frame needs, and a trailer', () => {
  assertDecodes(new Netstrings(), '5:hello,0:,12:hello world!,', ['hello', '', 'hello world!']);
  assertDecodes(new Netstrings(), '5:hello,12', ['hello'], 'inside a frame');
  assertDecodes(new Netstrings(), '5:hello,12:hello world!', ['hello'], 'inside a frame');
  assert.equal(encoded(new Netstrings(), ['hel', 'lo']), '5:hello,');
});

test('a framing of one’s own fails with the errors that the others have', () => {
  assertDecodes(new Netstrings(), '1:a,1001:', ['a'], 'ERR_LIMIT: 1001 over 1000');
  assertDecodes(new Netstrings(), '1:a,x1:b,', ['a'], 'ERR_FRAME in 1 bytes');
  assertDecodes(new Netstrings(), '1:a,x1:b,', ['a', 'b'], 'clean', { onward: true });
  assert.equal(refusal(new Netstrings(), 'abc', 2), 'ERR_LIMIT: 3 over 2');
});

test('one framing goes on where another one stopped, in the same bytes', () => {
  // A line says how the rest is framed; then a block of three bytes, then frames with their length.
  const wire = latin1('binary 3\r\nxyz\0\x02ab\0\0');
  const steps: [Framing, string][] = [
    [lines(), 'binary 3'],
    [fixedSize(3), 'xyz'],
    [lengthPrefixed({ lengthBytes: 2 }), 'ab'],
    [lengthPrefixed({ lengthBytes: 2 }), ''],
  ];
  let at = 0;
  for (const [framing, payload] of steps) {
    const codec = framing.createCodec();
    const frameBytes = codec.scan(wire, at, wire.length, framing.maxFrameBytes);
    const view = wire.subarray(at + codec.headerBytes, at + frameBytes - codec.trailerBytes);
    assert.equal(Buffer.from(view).toString(), payload);
    at += frameBytes;
  }
  assert.equal(at, wire.length);
});
