/** `ws` on connections of ours: its client, and its server behind an HTTP server that is given accepted streams. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import { createConnection, type NetConnectOpts } from 'node:net';
import type { Duplex } from 'node:stream';
import { test } from 'node:test';
import { type ByteStream, openStream } from 'landfall';
import { WebSocket, WebSocketServer } from 'ws';
import { unhandledRejections } from '../../dist/testing/transport/breakage.js';
import { Happenings, within } from '../../dist/testing/waiting.js';
import { patterned } from '../framing/frames.js';
import { serving } from '../support/byte-streams.js';
import { addressOf, FAMILIES, type Family, freeAddress, type Where } from '../support/connections.js';

/** A server of `ws`, and what it has seen. */
class EchoServer {
  readonly http: http.Server = http.createServer();
  readonly sockets: WebSocket[] = [];
  readonly closes: { code: number; reason: string }[] = [];
  readonly errors: Error[] = [];
  readonly #happenings = new Happenings();

  constructor() {
    const server = new WebSocketServer({ server: this.http, maxPayload: 50_000_000 });
    server.on('connection', (socket) => {
      this.sockets.push(socket);
      socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
      socket.on('error', (error) => this.errors.push(error));
      socket.on('close', (code, reason) => {
        this.closes.push({ code, reason: reason.toString() });
        this.#happenings.changed();
      });
    });
  }

  untilCloses(count: number): Promise<void> {
    return this.#happenings.until(`${count} closes`, () => this.closes.length >= count);
  }
}

/** A server and a client of `ws`; one of them runs on a connection of ours, and the other on one of Node's. */
interface Pair extends AsyncDisposable {
  readonly server: EchoServer;
  readonly client: WebSocket;
  /** The connection below the client, or below the server. */
  readonly below: Duplex;
}

async function closedSoon(duplex: Duplex): Promise<void> {
  if (!duplex.closed) await new Promise((resolve) => duplex.once('close', resolve));
}

async function opened(where: Where, below: Duplex): Promise<WebSocket> {
  // The address is only what the request says.
  const client = new WebSocket('ws://localhost/', {
    createConnection: () => below as ReturnType<typeof createConnection>,
  });
  await within(`the handshake with ${JSON.stringify(where)}`, once(client, 'open'));
  return client;
}

/** Our client: `ws` is given a stream with its option `createConnection`. */
async function ourClient(family: Family): Promise<Pair> {
  const server = new EchoServer();
  server.http.listen(freeAddress(family));
  await within('listening', once(server.http, 'listening'));
  const where = addressOf({ address: server.http.address()! });
  const below = (await openStream({ ...where, timeoutMs: 10_000 })).toNode();
  const client = await opened(where, below);
  const dispose = async (): Promise<void> => {
    client.terminate();
    await within('the close of the client', closedSoon(below));
    server.http.close();
    await within('the close of the server', once(server.http, 'close'));
  };
  return { server, client, below, [Symbol.asyncDispose]: dispose };
}

/** Our server: Node's HTTP server is given accepted streams. */
async function ourServer(family: Family): Promise<Pair> {
  const server = new EchoServer();
  const accepted: Duplex[] = [];
  const handler = async (stream: ByteStream): Promise<void> => {
    const duplex = stream.toNode();
    accepted.push(duplex);
    server.http.emit('connection', duplex);
    await closedSoon(duplex);
  };
  const service = await serving(handler, family);
  const below = createConnection(service.where as NetConnectOpts);
  const client = await opened(service.where, below);
  const dispose = async (): Promise<void> => {
    client.terminate();
    await within('the close of the client', closedSoon(below));
    await service[Symbol.asyncDispose]();
    assert.deepEqual(service.errors, []);
  };
  return { server, client, below: accepted[0]!, [Symbol.asyncDispose]: dispose };
}

/** Registers one test for each way in which a connection of ours takes part. */
function onEach(sentence: string, body: (pair: Pair) => Promise<void>): void {
  for (const [who, open] of [['client', ourClient] as const, ['server', ourServer] as const]) {
    for (const family of FAMILIES) {
      test(`${sentence} (our ${who}, ${family})`, async () => {
        await using rejections = unhandledRejections();
        await using pair = await open(family);
        await body(pair);
        assert.deepEqual(rejections.reasons, []);
      });
    }
  }
}

async function nextMessage(client: WebSocket): Promise<{ data: Buffer; isBinary: boolean }> {
  const [data, isBinary] = (await within('a message', once(client, 'message'))) as [Buffer, boolean];
  return { data, isBinary };
}

onEach('texts come back as texts', async ({ client }) => {
  for (const text of ['hello', '', 'zwölf Boxkämpfer', 'x'.repeat(70_000)]) {
    const echoed = nextMessage(client);
    client.send(text);
    assert.deepEqual(await echoed, { data: Buffer.from(text), isBinary: false });
  }
});

onEach('5 MB come back as they were, several times', async ({ client }) => {
  for (let i = 0; i < 3; i++) {
    const message = patterned(5_000_000, i);
    const echoed = nextMessage(client);
    client.send(message);
    const { data, isBinary } = await echoed;
    assert.equal(isBinary, true);
    assert.ok(message.equals(data));
  }
});

onEach('two thousand messages sent at once come back in order', async ({ client }) => {
  const received: string[] = [];
  const all = new Promise<void>((resolve) => {
    client.on('message', (data) => {
      received.push(String(data));
      if (received.length === 2_000) resolve();
    });
  });
  const sent = Array.from({ length: 2_000 }, (_, i) => `message ${i}`);
  for (const text of sent) client.send(text);
  await within('the messages', all);
  assert.deepEqual(received, sent);
});

onEach('pings are answered from both sides', async ({ client, server }) => {
  for (const socket of [client, server.sockets[0]!]) {
    const answered = once(socket, 'pong');
    socket.ping('are you there');
    assert.equal(String((await within('the pong', answered))[0]), 'are you there');
  }
});

onEach(
  'the client closes with a code and a reason, and both connections are gone',
  async ({ client, server, below }) => {
    const closed = once(client, 'close');
    client.close(4_001, 'enough');
    assert.equal((await within('the close', closed))[0], 4_001);
    await server.untilCloses(1);
    assert.deepEqual(server.closes, [{ code: 4_001, reason: 'enough' }]);
    await within('the close below', closedSoon(below));
  },
);

onEach(
  'the server closes with a code and a reason, and both connections are gone',
  async ({ client, server, below }) => {
    const closed = once(client, 'close');
    server.sockets[0]!.close(1_001, 'going away');
    const [code, reason] = await within('the close', closed);
    assert.deepEqual([code, String(reason)], [1_001, 'going away']);
    await server.untilCloses(1);
    await within('the close below', closedSoon(below));
  },
);

onEach('a client that is terminated is an abnormal close for the server', async ({ client, server, below }) => {
  client.terminate();
  await server.untilCloses(1);
  assert.equal(server.closes[0]!.code, 1_006);
  await within('the close below', closedSoon(below));
});

onEach('a server that is terminated is an abnormal close for the client', async ({ client, server, below }) => {
  const closed = new Promise<number>((resolve) => client.once('close', resolve));
  client.on('error', () => {});
  client.send(patterned(5_000_000, 9));
  server.sockets[0]!.terminate();
  assert.equal(await within('the close', closed), 1_006);
  await within('the close below', closedSoon(below));
});
