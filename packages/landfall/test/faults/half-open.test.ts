/** Peers that vanish: killed, stopped, or behind a network that passes nothing on. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Server, Transport } from 'landfall';
import { noise } from '../../dist/testing/random.js';
import { loopTurns, within } from '../../dist/testing/waiting.js';
import { untilReceivedBytes, untilSo } from '../stream/byte-streams.js';
import { addressOf } from '../support/connections.js';
import { RunningProgram } from '../support/running-programs.js';
import { assertCodes, failuresOf, Quiet } from './aftermath.js';
import { faultyProxy } from './faulty-proxy.js';
import { FACES, type Face, Subject, type Where } from './subjects.js';

const LISTEN: Where = { host: '127.0.0.1', port: 0 };
const PROGRAM = fileURLToPath(new URL('./peer-program.js', import.meta.url));
const MUCH = noise(16_000_000);

interface Accepted extends AsyncDisposable {
  readonly subject: Subject;
  readonly server: Server;
  readonly program: RunningProgram;
}

/** A connection that a program has made. */
async function fromProgram(face: Face, ...args: string[]): Promise<Accepted> {
  const subject = new Subject(() => {});
  const server = await face.listen(LISTEN, () => subject, subject.pool);
  const { port } = addressOf(server) as { port: number };
  const program = new RunningProgram(process.execPath, [PROGRAM, String(port), ...args]);
  await program.untilPrinted(/connected/);
  await within('the connection', subject.made);
  const dispose = async (): Promise<void> => {
    subject.transport.abort();
    await program[Symbol.asyncDispose]();
    await within('closeAll()', server.closeAll());
  };
  return { subject, server, program, [Symbol.asyncDispose]: dispose };
}

for (const face of FACES) {
  test(`14, 123: a peer that is killed while it reads nothing is one loss, and what waits rejects (${face.name})`, {
    skip: process.platform === 'win32',
  }, async () => {
    await using _quiet = new Quiet();
    await using accepted = await fromProgram(face, 'mute');
    const { subject, program } = accepted;
    subject.transport.write(MUCH);
    const failures = failuresOf([...subject.drains(), ...subject.reads(4)]);
    await loopTurns(5);
    program.kill('SIGKILL');
    await within('closed', subject.transport.closed);
    assert.equal(subject.losses.length, 1);
    assertCodes(subject.losses, ['ERR_LOST']);
    assertCodes(await failures, ['ERR_LOST']);
    await subject.close();
  });

  test(`a peer that is stopped holds nothing up but its own connection: every wait has its deadline, and it goes on when the peer does (${face.name})`, {
    skip: process.platform === 'win32',
  }, async () => {
    await using _quiet = new Quiet();
    await using accepted = await fromProgram(face, 'reads');
    const { subject, program } = accepted;
    program.kill('SIGSTOP');
    subject.transport.write(MUCH);
    const waits = [subject.transport.flushed({ timeoutMs: 50 })];
    if (subject.stream !== null) waits.push(subject.stream.drain({ timeoutMs: 50 }));
    const late = await failuresOf(waits);
    assert.equal(late.length, waits.length);
    assertCodes(late, ['ERR_TIMEOUT']);
    assert.ok(subject.transport.writeBufferSize > 0);
    assert.equal(subject.losses.length, 0);
    program.kill('SIGCONT');
    await within('flushed()', subject.transport.flushed());
    assert.equal(subject.transport.stats().bytesSent, MUCH.length);
    program.kill('SIGSTOP');
    subject.transport.write(MUCH);
    const closing =
      subject.stream === null ? closeWithin(subject.transport, 50) : subject.stream.close({ timeoutMs: 50 });
    await within('the close', closing);
    assert.equal(subject.losses.length, 1);
    assert.equal(subject.losses[0], null);
    await untilSo('the server has no connection', () => accepted.server.connections === 0);
  });
}

/** What a protocol does that will not wait for ever: the close of a transport has no deadline of its own. */
async function closeWithin(transport: Transport, timeoutMs: number): Promise<void> {
  transport.close();
  const timer = setTimeout(() => transport.abort(), timeoutMs);
  await transport.closed;
  clearTimeout(timer);
}

test('a network that swallows everything: reads and writes end at their deadlines, and close() at its own', async () => {
  for (const face of FACES.filter(({ name }) => name.endsWith('Stream'))) {
    await using _quiet = new Quiet();
    const there = new Subject(() => {});
    await using server = await face.listen(LISTEN, () => there, there.pool);
    const { port } = addressOf(server) as { port: number };
    await using proxy = await faultyProxy(port, { from: 'client', afterBytes: 8, how: 'swallow' });
    const here = new Subject(() => {});
    await within('connecting', face.connect({ ...LISTEN, port: proxy.port }, here));
    await within('the other end', there.made);
    here.transport.write('\0\0\0\x04ping');
    await untilReceivedBytes(there, 8);
    await proxy.untilFault();
    here.transport.write(MUCH);
    const [stream, other] = [here.stream!, there.stream!];
    other.write(Buffer.from('never arrives'));
    const read = 'readLine' in stream ? stream.readExactly(1, { timeoutMs: 50 }) : stream.read({ timeoutMs: 50 });
    const late = await failuresOf([read, stream.drain({ timeoutMs: 50 })]);
    assert.equal(late.length, 2);
    assertCodes(late, ['ERR_TIMEOUT']);
    await within('close()', stream.close({ timeoutMs: 50 }));
    assert.equal(here.losses[0], null);
    assert.equal(there.losses.length, 0, 'nobody has told the other side');
    await within('closeAll()', server.closeAll({ timeoutMs: 50 }));
    assert.equal(there.losses.length, 1);
  }
});
