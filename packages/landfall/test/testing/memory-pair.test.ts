/** Memory pairs and chaos: what the contract does not say of them. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Duplex } from 'node:stream';
import { test } from 'node:test';
import { attach } from 'landfall';
import { chaos, memoryPair, RecordingBufferedProtocol, RecordingProtocol, seededRandom } from 'landfall/testing';
import { assertCode } from '../../dist/testing/codes.js';
import { loopTurns, within } from '../../dist/testing/waiting.js';

test('the ends of a pair without factories receive nothing until they have a protocol', async () => {
  const [one, other] = memoryPair();
  one.write('early');
  one.writeEof();
  await loopTurns();
  const protocol = new RecordingProtocol();
  other.setProtocol(protocol);
  await protocol.until('connectionLost');
  assert.equal(protocol.receivedCopy().toString(), 'early');
  assert.equal(protocol.count('connectionMade'), 0);
  one.abort();
  await within('closed', one.closed);
});

test('both protocols know of the connection when memoryPair returns, and nothing has arrived', () => {
  const one = new RecordingProtocol({ connectionMade: (transport) => void transport.write('at once') });
  const other = new RecordingBufferedProtocol();
  const [first, second] = memoryPair({ factories: [() => one, () => other] });
  assert.equal(one.transport, first);
  assert.equal(other.transport, second);
  assert.deepEqual([one.calls, other.calls], [['connectionMade'], ['connectionMade']]);
  first.abort();
  second.abort();
});

test('nothing arrives from inside a write, nor in the same turn', async () => {
  const other = new RecordingProtocol();
  const [first, second] = memoryPair({ factories: [() => new RecordingProtocol(), () => other] });
  first.write('x');
  await Promise.resolve();
  assert.equal(other.bytesReceived, 0);
  await other.untilBytes(1);
  first.abort();
  second.abort();
});

test('an end whose stream is destroyed with an error resets the other one', async () => {
  const [one, other] = [new RecordingProtocol(), new RecordingProtocol()];
  const [first] = memoryPair({ factories: [() => one, () => other] });
  (first.getExtraInfo('socket') as Duplex).destroy(new Error('the cable'));
  await Promise.all([one.until('connectionLost'), other.until('connectionLost')]);
  assertCode(one.lostWith, 'ERR_LOST');
  assertCode(other.lostWith, 'ERR_LOST');
  assert.equal((other.lostWith.cause as NodeJS.ErrnoException).code, 'ECONNRESET');
});

/** The sizes of what arrives, each with the turns since the one before. */
async function arrivals(seed: number): Promise<string> {
  const sizes: number[] = [];
  let turns = 0;
  const other = new RecordingProtocol({ received: (view) => void sizes.push(turns, view.length) });
  const factories = [() => new RecordingProtocol(), () => other] as const;
  const [first, second] = memoryPair({ factories, chaos: { seed, pieceBytesMax: 100 } });
  first.write(new Uint8Array(3000));
  for (; other.bytesReceived < 3000; turns++) await loopTurns(1);
  first.abort();
  second.abort();
  return sizes.join();
}

test('chaos is the same for the same seed, and another one for another', async () => {
  const [one, same, other] = [await arrivals(1), await arrivals(1), await arrivals(2)];
  assert.equal(one, same);
  assert.notEqual(one, other);
  assert.ok(one.split(',').length > 40, one);
});

test('chaos keeps the bytes, the end and the error of any stream', async () => {
  const below = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
  const protocol = new RecordingProtocol({ eofReceived: () => true });
  const { transport } = attach(chaos(below, { seed: 3, pieceBytesMax: 1, delayTurnsMax: 0 }), () => protocol);
  below.push('some bytes');
  await protocol.untilBytes(10);
  assert.equal(protocol.receivedCopy().toString(), 'some bytes');
  assert.equal(protocol.count('dataReceived'), 10);
  below.push(null);
  await protocol.until('eofReceived');
  const closed = once(below, 'close');
  below.destroy(new Error('of the stream'));
  await protocol.until('connectionLost');
  assertCode(protocol.lostWith, 'ERR_LOST');
  assert.equal((protocol.lostWith.cause as Error).message, 'of the stream');
  await Promise.all([closed.catch(() => 'an error event'), within('closed', transport.closed)]);
});

test('chaos that cannot be is a RangeError', () => {
  const stream = new Duplex({ read() {} });
  assert.throws(() => chaos(stream, { seed: 1, pieceBytesMax: 0 }), RangeError);
  assert.throws(() => chaos(stream, { seed: 1, delayTurnsMax: -1 }), RangeError);
});

test('seededRandom gives the same numbers for the same seed, in [0, 1), spread out', () => {
  const [one, same, other] = [seededRandom(7), seededRandom(7), seededRandom(8)];
  const numbers = Array.from({ length: 1000 }, () => one());
  assert.deepEqual(Array.from({ length: 1000 }, same), numbers);
  assert.notEqual(other(), numbers[0]);
  assert.ok(numbers.every((number) => number >= 0 && number < 1));
  const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
  assert.ok(Math.abs(mean - 0.5) < 0.05, String(mean));
});
