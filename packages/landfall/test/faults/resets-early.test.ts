/** A connection that goes before it stands: while it is made, and in its TLS handshake, on every face and both sides. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server as NetServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { createServer as createTlsServer, connect as tlsConnect } from 'node:tls';
import { BufferPool } from 'landfall';
import { hasCode } from '../../dist/testing/codes.js';
import { noise } from '../../dist/testing/random.js';
import { loopTurns, within } from '../../dist/testing/waiting.js';
import { untilSo } from '../stream/byte-streams.js';
import { authority, server as identity } from '../support/certificates.js';
import { addressOf, plainConnection, tlsConnection } from '../support/connections.js';
import { assertCodes, Quiet } from './aftermath.js';
import { type Fault, faultyProxy } from './faulty-proxy.js';
import { FACES, type Face, Subject, type Where } from './subjects.js';

const LISTEN: Where = { host: '127.0.0.1', port: 0 };
const ROUNDS = 40;

/** A server of Node's, closed when disposed of. */
async function listening(netServer: NetServer): Promise<AsyncDisposable & { port: number }> {
  netServer.listen(0, '127.0.0.1');
  await within('listening', once(netServer, 'listening'));
  const dispose = async (): Promise<void> => {
    netServer.close();
    await within('the close of the server', once(netServer, 'close'));
  };
  return { port: (netServer.address() as AddressInfo).port, [Symbol.asyncDispose]: dispose };
}

/** Connects to a server that may be gone by then. */
async function connectAnyhow(face: Face, where: Where): Promise<Subject | null> {
  const subject = new Subject(() => {});
  try {
    await within('connecting', face.connect(where, subject));
    return subject;
  } catch (error) {
    hasCode('ERR_LOST')(error);
    assert.equal(subject.losses.length, 0);
    return null;
  }
}

/** A subject that stood was lost once: cleanly if its peer ended in the middle of nothing, else with a typed error. */
async function assertLostOnce(subject: Subject): Promise<void> {
  await within('the end or the loss', subject.untilOver());
  await within('close()', subject.close());
  assert.equal(subject.losses.length, 1);
  assertCodes(
    subject.losses.filter((loss) => loss !== null),
    ['ERR_LOST', 'ERR_INCOMPLETE'],
  );
}

for (const face of FACES) {
  test(`14, 94: a server that resets what it accepts is ERR_LOST, at once or after connectionMade (${face.name})`, async () => {
    await using _quiet = new Quiet();
    await using server = await listening(createServer((socket) => socket.resetAndDestroy()));
    for (let round = 0; round < ROUNDS; round++) {
      const subject = await connectAnyhow(face, { ...LISTEN, port: server.port });
      if (subject !== null) await assertLostOnce(subject);
    }
  });

  test(`14: clients that reset as soon as they are connected leave a server as it was (${face.name})`, async () => {
    await using _quiet = new Quiet();
    const subjects: Subject[] = [];
    const make = (): Subject => {
      const subject = new Subject(() => {});
      subjects.push(subject);
      return subject;
    };
    await using server = await face.listen(LISTEN, make, new BufferPool());
    for (let round = 0; round < ROUNDS; round++) {
      const socket = await plainConnection(addressOf(server));
      await loopTurns(round % 3);
      socket.resetAndDestroy();
    }
    await untilSo('every connection is gone', () => subjects.length === ROUNDS && server.connections === 0);
    for (const subject of subjects) await assertLostOnce(subject);
  });
}

// Before, inside and behind the flights of the handshake; what is behind it is application data.
const CUTS = [0, 1, 100, 300, 400, 700, 1_100, 1_600];
const HOWS = ['reset', 'end'] as const satisfies readonly Fault['how'][];

/** A client that has much to say once the handshake is over. */
function talkTls(raw: Socket): void {
  const socket = tlsConnect({ socket: raw, ca: authority, servername: 'localhost' });
  socket.on('secureConnect', () => socket.write(noise(3_000)));
  socket.on('error', () => raw.destroy());
}

for (const face of FACES) {
  test(`14, 91, 117: a server that goes anywhere in the handshake is ERR_LOST, or a loss if it had ended (${face.name})`, async () => {
    await using _quiet = new Quiet();
    const tlsServer = createTlsServer(identity, (socket) =>
      socket.on('error', () => socket.destroy()).write(noise(3_000)),
    );
    tlsServer.on('tlsClientError', (_error, socket) => socket.destroy());
    await using server = await listening(tlsServer);
    for (const how of HOWS) {
      for (const afterBytes of CUTS) {
        await using proxy = await faultyProxy(server.port, { from: 'server', afterBytes, how });
        const tls = { ca: authority, servername: 'localhost' };
        const subject = await connectAnyhow(face, { ...LISTEN, port: proxy.port, tls });
        if (subject !== null) await assertLostOnce(subject);
      }
    }
  });

  test(`14, 91, 117: clients that go anywhere in the handshake are told to onError, or lost; the server goes on (${face.name})`, async () => {
    await using _quiet = new Quiet();
    const subjects: Subject[] = [];
    const errors: Error[] = [];
    const make = (): Subject => {
      const subject = new Subject(() => {});
      subjects.push(subject);
      return subject;
    };
    const onError = (error: Error): void => void errors.push(error);
    await using server = await face.listen({ ...LISTEN, tls: identity, onError }, make, new BufferPool());
    let clients = 0;
    for (const how of HOWS) {
      for (const afterBytes of CUTS) {
        await using proxy = await faultyProxy((server.address as AddressInfo).port, {
          from: 'client',
          afterBytes,
          how,
        });
        const socket = await plainConnection({ ...LISTEN, port: proxy.port });
        clients++;
        talkTls(socket);
        await proxy.untilFault();
        await untilSo('the server has heard of it', () => subjects.length + errors.length >= clients);
        for (const subject of subjects) await assertLostOnce(subject);
      }
    }
    assertCodes(errors, ['ERR_LOST', 'ERR_INCOMPLETE']);
    assert.equal(server.connections, 0);
    const { socket } = await tlsConnection(addressOf(server));
    await untilSo('a proper client is served', () => server.connections === 1);
    socket.destroy();
  });
}
