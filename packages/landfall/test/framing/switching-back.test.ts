/** Protocols that are put in charge once more, by themselves too, or right at the end. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lines } from 'landfall';
import { RecordingProtocol } from 'landfall/testing';
import { within } from '../../dist/testing/waiting.js';
import { framedConnection } from './framed-connection.js';
import { frame } from './frames.js';

test('a FramedProtocol that is put in charge again begins with a new frame, whatever it had searched before', async () => {
  const next = new RecordingProtocol();
  await using connection = await framedConnection({ framing: lines() });
  await connection.peer.send('x'.repeat(500));
  await connection.untilBytes(500);
  connection.framed.switchTo(next);
  await next.untilBytes(500);
  connection.transport.setProtocol(connection.framed);
  await connection.peer.send('one\ntwo\n');
  await connection.untilFrames(2);
  assert.deepEqual(connection.received.map(String), ['one', 'two']);
});

test('switchTo() itself in the middle of a frame repeats no bytes', async () => {
  await using connection = await framedConnection();
  await connection.peer.send(frame('hello').subarray(0, 6));
  await connection.untilBytes(6);
  connection.framed.switchTo(connection.framed);
  await connection.peer.send(frame('hello').subarray(6));
  await connection.untilFrames(1);
  assert.equal(String(connection.received[0]), 'hello');
});

test('a last line without its line feed that switches: the end is the next protocol’s to hear of', async () => {
  const ends: string[] = [];
  const next = {
    dataReceived(): void {},
    eofReceived(): void {
      ends.push('next');
    },
  };
  await using connection = await framedConnection({
    framing: lines(),
    frameReceived: (_memory, _start, _end, framed) => framed.switchTo(next),
  });
  await connection.peer.send('last');
  connection.peer.end();
  await within('the end', connection.transport.closed);
  assert.deepEqual(connection.received.map(String), ['last']);
  assert.deepEqual(ends, ['next']);
});
