import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { attach, FramedProtocol, type Framing, fixedSize, type LimitError, lengthPrefixed, lines } from 'landfall';
import { assertDecodes, encoded, latin1, refusal } from './decoding.js';
import { Netstrings } from './netstrings.js';

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

test('the limit of a framing of one’s own that changes is that of the connections made from then on', () => {
  const codec = lengthPrefixed({ lengthBytes: 4 }).createCodec();
  const framing = { maxFrameBytes: 3, createCodec: () => codec };
  const limits: unknown[] = [];
  for (const maxFrameBytes of [3, 5, 3]) {
    framing.maxFrameBytes = maxFrameBytes;
    const framed = new FramedProtocol({ framing, receiver: { frameReceived() {} } });
    attach(new PassThrough(), () => framed).transport.abort();
    try {
      framed.writeFrame(Buffer.alloc(100));
    } catch (error) {
      limits.push((error as LimitError).limitBytes);
    }
  }
  assert.deepEqual(limits, [3, 5, 3]);
});
