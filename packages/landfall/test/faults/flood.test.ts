/** More connections than a server is to have, by far, at once. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { BufferPool, openStream } from 'landfall';
import { loopTurns, within } from '../../dist/testing/waiting.js';
import { untilSo } from '../stream/byte-streams.js';
import { server as identity } from '../support/certificates.js';
import { addressOf, plainConnection, tlsConnection } from '../support/connections.js';
import { RunningProgram } from '../support/running-programs.js';
import { Quiet } from './aftermath.js';
import { affordable } from './descriptors.js';
import { FACES, Subject, type Where } from './subjects.js';

const LISTEN: Where = { host: '127.0.0.1', port: 0 };
const PROGRAM = fileURLToPath(new URL('./loris-program.js', import.meta.url));
const MOST = 20;
/** Both ends of each are in this process; more than the backlog would be tried again a second later. */
const CLIENTS = Math.floor(affordable(2 * 500) / 2);

/** Resolves to true once the peer is shown out: by an end or a reset. */
function shownOut(socket: Socket): Promise<boolean> {
  return new Promise((resolve) => {
    socket.on('error', () => resolve(true));
    socket.on('end', () => resolve(true));
    socket.resume();
  });
}

for (const face of FACES) {
  test(`a flood of ${CLIENTS} connections leaves a server with maxConnections, shows the rest out, and is nobody's error (${face.name})`, async () => {
    await using _quiet = new Quiet();
    const subjects: Subject[] = [];
    const errors: Error[] = [];
    let most = 0;
    const make = (): Subject => {
      const subject = new Subject(() => {
        most = Math.max(most, server.connections);
      });
      subjects.push(subject);
      return subject;
    };
    const onError = (error: Error): void => void errors.push(error);
    await using server = await face.listen({ ...LISTEN, maxConnections: MOST, onError }, make, new BufferPool());
    const where = addressOf(server) as Where;
    const sockets = Array.from({ length: CLIENTS }, () => createConnection({ ...where, allowHalfOpen: true }));
    let out = 0;
    for (const socket of sockets) void shownOut(socket).then(() => out++);
    await untilSo('all others are shown out', () => out === CLIENTS - MOST);
    await loopTurns();
    assert.equal(out, CLIENTS - MOST);
    assert.equal(server.connections, MOST);
    assert.equal(most, MOST);
    assert.equal(subjects.length, MOST, 'no protocol is made for those that are refused');
    assert.deepEqual(errors, []);

    // Those that are in are served, and whoever leaves makes room.
    for (const subject of subjects) subject.transport.write('still here');
    const staying = sockets.filter((socket) => !socket.destroyed && !socket.readableEnded && socket.bytesRead === 0);
    await untilSo(
      'those that are in are served',
      () => staying.filter((socket) => socket.bytesRead === 10).length === MOST,
    );
    for (const socket of sockets) socket.destroy();
    for (const subject of subjects) void subject.untilOver().then(() => subject.close());
    await untilSo('there is room', () => server.connections === 0);
    const late = await plainConnection(where);
    await untilSo('a late one is let in', () => server.connections === 1);
    late.destroy();
    await subjects.at(-1)!.untilOver();
    await subjects.at(-1)!.close();
  });
}

test('maxConnections counts those that are in their TLS handshake, and one that ends it late is served', async () => {
  await using _quiet = new Quiet();
  const face = FACES[0]!;
  const subjects: Subject[] = [];
  const make = (): Subject => {
    const subject = new Subject(() => {});
    subjects.push(subject);
    return subject;
  };
  const options = { ...LISTEN, tls: { ...identity, handshakeTimeoutMs: 300 }, maxConnections: MOST };
  await using server = await face.listen(options, make, new BufferPool());
  const where = addressOf(server) as Where;
  const lurking = await Promise.all(Array.from({ length: MOST }, () => plainConnection(where)));
  const gone = lurking.map((socket) => shownOut(socket));
  const refused = await plainConnection(where);
  assert.equal(await within('being shown out', shownOut(refused)), true);
  assert.equal(subjects.length, 0);
  // The deadline of the handshakes makes room.
  await within('the deadline', Promise.all(gone));
  const { socket } = await tlsConnection(where);
  await untilSo('it is served', () => server.connections === 1);
  socket.destroy();
  await once(socket, 'close');
  for (const each of [...lurking, refused]) each.destroy();
});

test('a flood beyond the descriptors of a process shows the rest out, and the server goes on', {
  skip: process.platform === 'win32',
}, async () => {
  const descriptors = 100;
  const clients = 300;
  const underLimit = [
    '-c',
    `ulimit -n ${descriptors}; exec "$0" "$@"`,
    process.execPath,
    PROGRAM,
    'ByteStream',
    '60000',
  ];
  await using server = new RunningProgram('sh', underLimit);
  const [, port] = await server.untilPrinted(/listening (\d+)/);
  const where = { host: '127.0.0.1', port: Number(port) };
  const sockets = Array.from({ length: clients }, () => createConnection(where));
  let out = 0;
  for (const socket of sockets) void shownOut(socket).then(() => out++);
  await untilSo('those beyond the limit are shown out', () => out >= clients - descriptors);
  for (const socket of sockets) socket.destroy();
  // Their descriptors come back as the server hears of each.
  const deadline = performance.now() + 10_000;
  while (!(await isServed(where))) assert.ok(performance.now() < deadline, 'the server goes on');
});

async function isServed(where: Where): Promise<boolean> {
  await using stream = await openStream(where);
  stream.write('still there?\n');
  try {
    return (await stream.readLine({ timeoutMs: 5_000 })) === 'still there?';
  } catch (error) {
    if ((error as { code?: string }).code !== 'ERR_LOST') throw error;
    return false;
  }
}
