/** `toNode()` as what a socket is besides a stream: its timeouts, its losses, and Node's own users of sockets. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { Duplex } from 'node:stream';
import { finished } from 'node:stream/promises';
import { test } from 'node:test';
import { BufferPool, openStream } from 'landfall';
import { unhandledRejections } from '../../dist/testing/transport/breakage.js';
import { loopTurns, within } from '../../dist/testing/waiting.js';
import { patterned } from '../framing/frames.js';
import { serving, streamAndSocket } from '../support/byte-streams.js';
import { Peer } from '../support/peer.js';

/** How a stream ended. */
interface Ending {
  readonly errors: Error[];
  closes: number;
  readonly closed: Promise<void>;
}

/** Writes it down. */
function endingOf(duplex: Duplex): Ending {
  const closed = new Promise<void>((resolve) => duplex.once('close', resolve));
  const ending: Ending = { errors: [], closes: 0, closed: within('close', closed) };
  duplex.on('error', (error) => ending.errors.push(error)).on('close', () => ending.closes++);
  return ending;
}

/** What a write is told. */
function writeOf(duplex: Duplex, bytes: Uint8Array): Promise<Error | null> {
  return within('the write', new Promise((resolve) => duplex.write(bytes, (error) => resolve(error ?? null))));
}

test('destroy(error) reports this error, then the close, once each, and fails what waits to be written', async () => {
  await using ends = await streamAndSocket();
  const peer = new Peer(ends.socket, false);
  const duplex = ends.stream.toNode();
  const ending = endingOf(duplex);
  const wrote = writeOf(duplex, Buffer.alloc(20_000_000));
  const over = assert.rejects(finished(duplex), { message: 'as asked' });
  await loopTurns();
  const reason = new Error('as asked');
  duplex.destroy(reason);
  await ending.closed;
  assert.ok((await wrote) instanceof Error);
  await over;
  duplex.destroy(new Error('too late'));
  await loopTurns();
  assert.deepEqual(ending.errors, [reason]);
  assert.equal(ending.closes, 1);
  peer.read();
  await peer.untilGone();
});

test('destroy() closes without an error', async () => {
  await using ends = await streamAndSocket();
  const peer = new Peer(ends.socket, true);
  const duplex = ends.stream.toNode();
  const ending = endingOf(duplex);
  duplex.resume();
  duplex.destroy();
  await within('close', once(duplex, 'close'));
  await peer.untilGone();
  assert.deepEqual(ending.errors, []);
  assert.equal(ending.closes, 1);
});

test('destroySoon() sends what was written first', async () => {
  await using ends = await streamAndSocket();
  const peer = new Peer(ends.socket, true);
  const duplex = ends.stream.toNode();
  duplex.write(Buffer.alloc(5_000_000, 5));
  duplex.destroySoon();
  await within('close', once(duplex, 'close'));
  await peer.untilEnd();
  assert.equal(peer.bytesReceived, 5_000_000);
});

const STAGES: Record<string, (duplex: Duplex, socket: Socket) => Promise<void>> = {
  'while nobody reads': async () => {},
  'while it is read': async (duplex) => void duplex.resume(),
  'while it is written': async (duplex) => void duplex.write(Buffer.alloc(20_000_000)),
  'while it is read and written': async (duplex) => {
    duplex.resume();
    duplex.write(Buffer.alloc(20_000_000));
  },
  'after this side has ended': async (duplex) => {
    duplex.end('the last words');
    await within('finish', once(duplex, 'finish'));
  },
  'with bytes that wait to be read': async (duplex, socket) => {
    socket.write('unread');
    await within('the bytes', once(duplex, 'readable'));
  },
};

for (const [when, prepare] of Object.entries(STAGES)) {
  test(`a reset ${when} is one error with the code of the system's, then one close`, async () => {
    await using rejections = unhandledRejections();
    await using ends = await streamAndSocket();
    const duplex = ends.stream.toNode();
    const ending = endingOf(duplex);
    await prepare(duplex, ends.socket);
    await loopTurns();
    ends.socket.resetAndDestroy();
    await ending.closed;
    await loopTurns();
    assert.equal(ending.errors.length, 1);
    assert.match((ending.errors[0] as NodeJS.ErrnoException).code!, /^(ECONNRESET|EPIPE)$/);
    assert.equal(ending.closes, 1);
    assert.deepEqual(rejections.reasons, []);
  });
}

test('the end of a peer is noticed also by a stream that nobody reads', async () => {
  await using ends = await streamAndSocket();
  const duplex = ends.stream.toNode();
  const noticed = once(duplex, 'readable');
  ends.socket.end();
  await within('the end', noticed);
  assert.equal(duplex.read(), null);
  await within('close', once(duplex, 'close'));
});

for (const bytes of [100, 8_192]) {
  test(`a connection closed underneath is a close without an error, and a write of ${bytes} bytes is told`, async () => {
    await using ends = await streamAndSocket();
    const duplex = ends.stream.toNode();
    const ending = endingOf(duplex);
    ends.stream.transport.abort();
    assert.ok((await writeOf(duplex, Buffer.alloc(bytes))) instanceof Error);
    await ending.closed;
    await loopTurns();
    assert.deepEqual(ending.errors, []);
    assert.equal(ending.closes, 1);
  });
}

test('a write of memory that was given back is refused to its caller alone', async () => {
  await using ends = await streamAndSocket();
  const duplex = ends.stream.toNode();
  const ending = endingOf(duplex);
  const lease = new BufferPool({ maxBytes: 1_000_000 }).acquire(100_000);
  const { bytes } = lease;
  lease.release();
  duplex.write('first');
  const refused = (await writeOf(duplex, bytes)) as NodeJS.ErrnoException;
  assert.equal(refused.code, 'ERR_RELEASED');
  await loopTurns();
  assert.deepEqual(ending.errors, [refused]);
});

test('timeout comes when the connection is idle, and not while bytes flow', async () => {
  const TIMEOUT_MS = 300;
  await using ends = await streamAndSocket();
  ends.socket.pipe(ends.socket);
  const duplex = ends.stream.toNode();
  let timeouts = 0;
  duplex.setTimeout(TIMEOUT_MS, () => timeouts++);
  assert.equal(duplex.timeout, TIMEOUT_MS);
  const flowsUntil = performance.now() + 2 * TIMEOUT_MS;
  while (performance.now() < flowsUntil) {
    duplex.write('ping');
    await within('the echo', once(duplex, 'data'));
  }
  assert.equal(timeouts, 0);
  const idleSince = performance.now();
  await within('timeout', once(duplex, 'timeout'));
  assert.ok(performance.now() - idleSince >= TIMEOUT_MS * 0.8);
  assert.equal(timeouts, 1);
  assert.equal(duplex.destroyed, false);
});

test('setTimeout(0) takes a timeout back, and the listener with it', async () => {
  await using ends = await streamAndSocket();
  const duplex = ends.stream.toNode();
  const listener = (): void => assert.fail('timed out');
  duplex.setTimeout(20, listener);
  duplex.setTimeout(0, listener);
  assert.equal(duplex.timeout, 0);
  assert.equal(duplex.listenerCount('timeout'), 0);
  const later = once(duplex, 'timeout');
  duplex.setTimeout(20);
  await within('timeout', later);
});

test('it says what a socket says: addresses, that it is connected, how much went through', async () => {
  await using ends = await streamAndSocket();
  const { socket } = ends;
  const duplex = ends.stream.toNode();
  assert.equal(duplex.remoteAddress, socket.localAddress);
  assert.equal(duplex.remotePort, socket.localPort);
  assert.equal(duplex.remoteFamily, socket.localFamily);
  assert.equal(duplex.localPort, socket.remotePort);
  assert.deepEqual(duplex.address(), { address: socket.remoteAddress, family: 'IPv4', port: socket.remotePort });
  assert.equal(duplex.connecting, false);
  assert.equal(duplex.readyState, 'open');
  duplex.setNoDelay(true).setKeepAlive(true, 1_000).ref().unref().ref();
  await within('connect', new Promise<void>((resolve) => duplex.connect(socket.remotePort!, '127.0.0.1', resolve)));
  socket.write('12345');
  await within('the bytes', once(duplex, 'data'));
  assert.equal(await writeOf(duplex, Buffer.alloc(10_000)), null);
  assert.equal(duplex.bytesRead, 5);
  assert.equal(duplex.bytesWritten, 10_000);
});

test('node:http as a client posts 5 MB, twice on one connection, and gets them back', async () => {
  const server = http.createServer((request, response) => request.pipe(response)).listen(0, '127.0.0.1');
  await within('listening', once(server, 'listening'));
  const { port } = server.address() as { port: number };
  let connections = 0;
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  agent.createConnection = (_options, done): undefined => {
    connections++;
    const opened = openStream({ host: '127.0.0.1', port });
    opened.then(
      (stream) => done!(null, stream.toNode()),
      (error: Error) => done!(error, undefined as never),
    );
  };
  for (const seed of [1, 2]) {
    const body = patterned(5_000_000, seed);
    const request = http.request({ host: '127.0.0.1', port, method: 'POST', agent });
    request.end(body);
    const [response] = (await within('the response', once(request, 'response'))) as [http.IncomingMessage];
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    assert.ok(body.equals(Buffer.concat(chunks)));
  }
  assert.equal(connections, 1);
  agent.destroy();
  server.close();
  await within('the close of the server', once(server, 'close'));
});

test('node:http as a server on accepted streams answers requests on kept connections, and closes idle ones', async () => {
  const server = http.createServer((request, response) => request.pipe(response));
  server.keepAliveTimeout = 200;
  await using service = await serving(async (stream) => {
    const duplex = stream.toNode();
    server.emit('connection', duplex);
    await endingOf(duplex).closed;
  });
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  for (let i = 0; i < 3; i++) {
    const request = http.request({ ...service.where, method: 'POST', agent });
    request.end(patterned(1_000_000, i));
    const [response] = (await within('the response', once(request, 'response'))) as [http.IncomingMessage];
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    assert.ok(patterned(1_000_000, i).equals(Buffer.concat(chunks)));
  }
  assert.equal(service.server.connections, 1);
  agent.destroy();
});

test('node:readline reads lines from it until the end', async () => {
  await using ends = await streamAndSocket();
  const duplex = ends.stream.toNode();
  const lines = Array.from({ length: 5_000 }, (_, i) => `line ${i} ${'é'.repeat(i % 50)}`);
  ends.socket.end(`${lines.join('\r\n')}\r\n`);
  const received: string[] = [];
  for await (const line of createInterface({ input: duplex, crlfDelay: Number.POSITIVE_INFINITY })) received.push(line);
  assert.deepEqual(received, lines);
});
