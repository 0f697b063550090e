/** Lines as text, whatever the pieces, the characters and the limit; mixed with the other reads. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type ByteStream, LimitError } from 'landfall';
import { assertCode } from '../../dist/testing/codes.js';
import { failureOf, textOf } from '../../dist/testing/stream/link.js';
import { loopTurns, within } from '../../dist/testing/waiting.js';
import { HandFed } from './hand-fed.js';

const TOO_LONG = 'too long';

/** What readLine gives for these bytes and the end, until null. */
function linesOf(wire: Buffer, limitBytes: number): (string | symbol)[] {
  const lines: (string | symbol)[] = [];
  for (let at = 0; at < wire.length; ) {
    const found = wire.indexOf('\n', at);
    const end = found < 0 ? wire.length : found;
    if (end - at > limitBytes) lines.push(Symbol.for(TOO_LONG));
    else lines.push(wire.toString('utf8', at, end > at && wire[end - 1] === 0x0d ? end - 1 : end));
    at = end + 1;
  }
  return lines;
}

async function readLines(stream: ByteStream, limitBytes: number): Promise<(string | symbol)[]> {
  const lines: (string | symbol)[] = [];
  for (;;) {
    try {
      const line = await stream.readLine({ limitBytes });
      if (line === null) return lines;
      lines.push(line);
    } catch (error) {
      assertCode(error, 'ERR_LIMIT');
      assert.ok(error instanceof LimitError && error.limitBytes === limitBytes && error.actualBytes > limitBytes);
      lines.push(Symbol.for(TOO_LONG));
    }
  }
}

/** Feeds `wire` cut into pieces of these sizes, again and again, and now and then lets the reader catch up. */
async function feed(fed: HandFed, wire: Buffer, cuts: readonly number[]): Promise<void> {
  for (let at = 0, i = 0; at < wire.length; i++) {
    const bytes = cuts[i % cuts.length]!;
    fed.feed(wire.subarray(at, at + bytes));
    at += bytes;
    if (bytes % 3 !== 0) await null;
    if (bytes % 5 === 0) await loopTurns(1);
  }
  fed.end();
}

const ASCII = fc.string({ unit: 'binary-ascii', maxLength: 60 });
const TEXT = fc.oneof(
  { weight: 8, arbitrary: ASCII },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('', '', '\r', 'größer', '🌊🌊', '\u{feff}é', 'a\rb', `${'x'.repeat(9_000)}ü`),
  },
);
const LINE = fc.oneof(
  { weight: 9, arbitrary: TEXT.map((text) => Buffer.from(text.replaceAll('\n', ''))) },
  {
    weight: 1,
    arbitrary: fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes.map((b) => (b === 10 ? 200 : b)))),
  },
);
const ENDED_LINE = fc
  .tuple(LINE, fc.constantFrom('\n', '\n', '\n', '\r\n'))
  .map(([line, end]) => Buffer.concat([line, Buffer.from(end)]));
const WIRE = fc
  .tuple(fc.array(ENDED_LINE, { maxLength: 80, size: 'max' }), LINE)
  .map(([lines, last]) => Buffer.concat([...lines, last]));
const CUTS = fc.oneof(
  fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 9 }),
  fc.array(fc.integer({ min: 1, max: 3_000 }), { minLength: 1, maxLength: 9 }),
);
const LIMIT = fc.constantFrom(0, 1, 7, 30, 100, 10_000, 1_000_000);

test('67, 68: lines come out as they went in, those over the limit as one error each, however they are cut', async () => {
  const property = fc.asyncProperty(WIRE, CUTS, LIMIT, fc.boolean(), async (wire, cuts, limitBytes, late) => {
    const fed = new HandFed();
    const reading = late ? null : readLines(fed.stream, limitBytes);
    await feed(fed, wire, cuts);
    assert.deepEqual(
      await within('the lines', reading ?? readLines(fed.stream, limitBytes)),
      linesOf(wire, limitBytes),
    );
  });
  await fc.assert(property, { numRuns: 120, endOnFailure: true });
});

test('the text made ahead ends where another read, or what was put back, changes what is unread', async () => {
  const op = fc.tuple(
    fc.constantFrom('line', 'line', 'line', 'until', 'some', 'exactly', 'into', 'unread'),
    fc.nat(60),
  );
  const property = fc.asyncProperty(WIRE, CUTS, fc.array(op, { maxLength: 60 }), async (wire, cuts, ops) => {
    const fed = new HandFed();
    await feed(fed, wire, cuts);
    let left = wire;
    const expect = (what: string, actual: Uint8Array | null, bytes: number): void => {
      assert.ok(actual !== null && left.subarray(0, bytes).equals(actual), what);
      left = left.subarray(bytes);
    };
    for (const [name, n] of ops) {
      const bytes = Math.min(n, left.length);
      if (name === 'line') {
        const [line = null] = linesOf(left, 1_000_000);
        assert.equal(await fed.stream.readLine(), line);
        left = left.subarray(left.includes('\n') ? left.indexOf('\n') + 1 : left.length);
      } else if (name === 'until' && left.includes('a'))
        expect('readUntil()', await fed.stream.readUntil('a'), left.indexOf('a') + 1);
      else if (name === 'some' && bytes > 0) expect('read()', await fed.stream.read(bytes), bytes);
      else if (name === 'exactly') expect('readExactly()', await fed.stream.readExactly(bytes), bytes);
      else if (name === 'into') {
        const target = Buffer.alloc(bytes);
        assert.equal(await fed.stream.readInto(target), bytes);
        expect('readInto()', target, bytes);
      } else if (name === 'unread') {
        const back = Buffer.from('back\nin ü\r\n').subarray(n % 12);
        fed.stream.unread(back);
        left = Buffer.concat([back, left]);
        back.fill(0);
      }
    }
    expect('readToEnd()', await within('readToEnd()', fed.stream.readToEnd()), left.length);
  });
  await fc.assert(property, { numRuns: 120, endOnFailure: true });
});

test('67: of limit 7, a line of 7 bytes is read, one of 8 is dropped whole, and the next one is intact', async () => {
  for (const text of ['1234567\nshort\n', 'short\nshort\n1234567\nshort\n']) {
    const fed = new HandFed();
    fed.feed(text);
    for (const line of text.split('\n').slice(0, -1)) assert.equal(await fed.stream.readLine({ limitBytes: 7 }), line);
  }
  for (const before of [0, 3]) {
    const fed = new HandFed();
    fed.feed(`${'ahead\n'.repeat(before)}12345678\nnext\nlast\n`);
    for (let i = 0; i < before; i++) assert.equal(await fed.stream.readLine({ limitBytes: 7 }), 'ahead');
    const error = await failureOf('readLine()', fed.stream.readLine({ limitBytes: 7 }));
    assert.ok(error instanceof LimitError && error.actualBytes === 8 && error.limitBytes === 7, String(error));
    assert.equal(await fed.stream.readLine({ limitBytes: 7 }), 'next');
    assert.equal(await fed.stream.readLine(), 'last');
  }
});

test('a carriage return counts for the limit, as it may turn out to be part of the line', async () => {
  for (const cuts of [[100], [1], [7], [8]]) {
    const fed = new HandFed();
    const reading = readLines(fed.stream, 7);
    await feed(fed, Buffer.from('123456\r\n1234567\r\nnext\n'), cuts);
    assert.deepEqual(await within('the lines', reading), ['123456', Symbol.for(TOO_LONG), 'next']);
  }
});

test('68: what comes before the end of a line over the limit is dropped as it arrives; an end of the stream in it is the end', async () => {
  const fed = new HandFed();
  const reading = failureOf('readLine()', fed.stream.readLine({ limitBytes: 7 }));
  fed.feed('12345678');
  assertCode(await reading, 'ERR_LIMIT');
  const next = fed.stream.readLine({ limitBytes: 7 });
  for (let i = 0; i < 100; i++) fed.feed('more of it, '.repeat(10_000));
  fed.feed('\nnext\r');
  fed.feed('\n12345678');
  assert.equal(await within('the next line', next), 'next');
  assertCode(await failureOf('readLine()', fed.stream.readLine({ limitBytes: 7 })), 'ERR_LIMIT');
  fed.feed('9');
  fed.end();
  assert.equal(await within('the end', fed.stream.readLine({ limitBytes: 7 })), null);
  assert.equal(await textOf(fed.stream.readToEnd()), '');
});

test('a limit is that of each call: one that is lowered while text is made ahead counts at once', async () => {
  const fed = new HandFed();
  fed.feed('one\ntwenty-one\nthree\nfour\n');
  assert.equal(await fed.stream.readLine(), 'one');
  assertCode(await failureOf('readLine()', fed.stream.readLine({ limitBytes: 5 })), 'ERR_LIMIT');
  assert.equal(await fed.stream.readLine({ limitBytes: 5 }), 'three');
  assert.equal(await fed.stream.readLine(), 'four');
  const waiting = fed.stream.readLine();
  assertCode(await failureOf('a second read', fed.stream.readLine({ limitBytes: 0 })), 'ERR_BUSY');
  fed.feed('five\n');
  assert.equal(await within('the first read', waiting), 'five', 'a refused read does not change its limit');
});
