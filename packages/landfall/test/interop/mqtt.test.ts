/** MQTT on connections of ours: the client of `mqtt` with a stream builder, and `aedes` given accepted streams. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createConnection, createServer, type NetConnectOpts, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { test } from 'node:test';
import { Aedes } from 'aedes';
import { openStream } from 'landfall';
import { type IPublishPacket, MqttClient } from 'mqtt';
import { unhandledRejections } from '../../dist/testing/transport/breakage.js';
import { within } from '../../dist/testing/waiting.js';
import { patterned } from '../framing/frames.js';
import { serving } from '../support/byte-streams.js';
import { addressOf, FAMILIES, type Family, freeAddress } from '../support/connections.js';

type Options = ConstructorParameters<typeof MqttClient>[1];

/** A broker and ways to connect to it; one side runs on connections of ours, and the other on Node's. */
interface Setting extends AsyncDisposable {
  readonly broker: Aedes;
  /** Connects a client of `mqtt`. */
  connect(options?: Partial<Options>): Promise<Connected>;
}

/** A client, and what it runs on. */
interface Connected {
  readonly client: MqttClient;
  readonly below: Duplex;
}

function closeOf(duplex: Duplex): Promise<void> {
  if (duplex.closed) return Promise.resolve();
  return within('the close below', new Promise((resolve) => duplex.once('close', resolve)));
}

async function connected(below: Duplex, options: Partial<Options>): Promise<Connected> {
  const defaults: Options = { protocolVersion: 4, clean: true, keepalive: 0, reconnectPeriod: 0 };
  const client = new MqttClient(() => below, { ...defaults, ...options });
  await within('the connection of the client', new Promise<void>((resolve) => client.once('connect', () => resolve())));
  return { client, below };
}

/** Our clients: `mqtt` is given streams of ours; `aedes` sockets of Node's. */
async function ourClient(family: Family): Promise<Setting> {
  const broker = await Aedes.createBroker();
  const sockets: Socket[] = [];
  const listener = createServer((socket) => {
    sockets.push(socket);
    broker.handle(socket);
  });
  listener.listen(freeAddress(family));
  await within('listening', once(listener, 'listening'));
  const where = addressOf({ address: listener.address()! });
  const dispose = async (): Promise<void> => {
    await within('the close of the broker', new Promise<void>((resolve) => broker.close(resolve)));
    for (const socket of sockets) socket.destroy();
    listener.close();
    await within('the close of the server', once(listener, 'close'));
  };
  const connect = async (options = {}): Promise<Connected> =>
    connected((await openStream({ ...where, timeoutMs: 10_000 })).toNode(), options);
  return { broker, connect, [Symbol.asyncDispose]: dispose };
}

/** Our server: `aedes` is given accepted streams; `mqtt` sockets of Node's. */
async function ourServer(family: Family): Promise<Setting> {
  const broker = await Aedes.createBroker();
  const service = await serving(async (stream) => {
    const duplex = stream.toNode();
    broker.handle(duplex);
    await new Promise((resolve) => duplex.once('close', resolve));
  }, family);
  const dispose = async (): Promise<void> => {
    await within('the close of the broker', new Promise<void>((resolve) => broker.close(resolve)));
    await service[Symbol.asyncDispose]();
    assert.deepEqual(service.errors, []);
  };
  const connect = async (options = {}): Promise<Connected> =>
    connected(createConnection(service.where as NetConnectOpts), options);
  return { broker, connect, [Symbol.asyncDispose]: dispose };
}

/** Registers one test for each way in which connections of ours take part. */
function onEach(
  sentence: string,
  body: (setting: Setting) => Promise<void>,
  families: readonly Family[] = FAMILIES,
): void {
  for (const [who, open] of [['clients', ourClient] as const, ['server', ourServer] as const]) {
    for (const family of families) {
      test(`${sentence} (our ${who}, ${family})`, async () => {
        await using rejections = unhandledRejections();
        await using setting = await open(family);
        await body(setting);
        assert.deepEqual(rejections.reasons, []);
      });
    }
  }
}

/** The next so many messages of a client. */
function messagesOf(client: MqttClient, count: number): Promise<{ payload: Buffer; packet: IPublishPacket }[]> {
  const received: { payload: Buffer; packet: IPublishPacket }[] = [];
  const all = new Promise<typeof received>((resolve) => {
    client.on('message', (_topic, payload, packet) => {
      received.push({ payload, packet });
      if (received.length === count) resolve(received);
    });
  });
  return within(`${count} messages`, all);
}

function ended({ client, below }: Connected): Promise<unknown> {
  return within('client.end()', Promise.all([client.endAsync(), closeOf(below)]));
}

for (const qos of [0, 1] as const) {
  onEach(`five hundred messages of QoS ${qos} reach a subscriber in order, and both end`, async ({ connect }) => {
    const [subscriber, publisher] = await Promise.all([connect(), connect()]);
    await within('the subscription', subscriber.client.subscribeAsync('news/#', { qos }));
    const received = messagesOf(subscriber.client, 500);
    const published = Array.from({ length: 500 }, (_, i) =>
      publisher.client.publishAsync(`news/${i}`, `message ${i}`, { qos }),
    );
    await within('the publications', Promise.all(published));
    const messages = await received;
    assert.deepEqual(
      messages.map(({ packet, payload }) => [packet.topic, String(payload), packet.qos]),
      Array.from({ length: 500 }, (_, i) => [`news/${i}`, `message ${i}`, qos]),
    );
    await Promise.all([ended(subscriber), ended(publisher)]);
  });
}

onEach('messages of 1 MB arrive as they were', async ({ connect }) => {
  const [subscriber, publisher] = await Promise.all([connect(), connect()]);
  await within('the subscription', subscriber.client.subscribeAsync('files', { qos: 1 }));
  const received = messagesOf(subscriber.client, 4);
  for (let i = 0; i < 4; i++)
    await within('a file', publisher.client.publishAsync('files', patterned(1_000_000, i), { qos: 1 }));
  (await received).forEach(({ payload }, i) => void assert.ok(patterned(1_000_000, i).equals(payload)));
  await Promise.all([ended(subscriber), ended(publisher)]);
});

onEach('a retained message reaches who subscribes after it', async ({ connect }) => {
  const publisher = await connect();
  await within('the publication', publisher.client.publishAsync('state', 'kept', { qos: 1, retain: true }));
  await ended(publisher);
  const subscriber = await connect();
  const received = messagesOf(subscriber.client, 1);
  await within('the subscription', subscriber.client.subscribeAsync('state', { qos: 1 }));
  const [message] = await received;
  assert.equal(String(message!.payload), 'kept');
  assert.equal(message!.packet.retain, true);
  await ended(subscriber);
});

/** It takes the shortest interval between pings, a second. */
async function keepsAlive({ connect }: Setting): Promise<void> {
  const connection = await connect({ keepalive: 1 });
  const answered = new Promise<void>((resolve) => {
    connection.client.on('packetreceive', ({ cmd }) => {
      if (cmd === 'pingresp') resolve();
    });
  });
  await within('the answer to the ping', answered);
  assert.equal(connection.client.connected, true);
  await ended(connection);
}

onEach('a client with nothing to say is kept by its pings', keepsAlive, ['TCP']);

onEach('a client that breaks off has its last will published', async ({ connect }) => {
  const subscriber = await connect();
  await within('the subscription', subscriber.client.subscribeAsync('wills'));
  const received = messagesOf(subscriber.client, 1);
  const will = { topic: 'wills', payload: Buffer.from('gone'), qos: 0 as const, retain: false };
  const { below } = await connect({ will });
  below.destroy();
  assert.equal(String((await received)[0]!.payload), 'gone');
  await ended(subscriber);
});

test('a reset reaches the client of mqtt as the error that it knows from sockets', async () => {
  await using setting = await ourClient('TCP');
  const { broker } = setting;
  const accepted = once(broker, 'client');
  const { client, below } = await setting.connect();
  const [{ conn }] = (await within('the client at the broker', accepted)) as [{ conn: Socket }];
  const failed = new Promise<Error>((resolve) => client.once('error', resolve));
  conn.resetAndDestroy();
  // It looks for the codes of sockets, and says nothing of errors that it does not know.
  assert.equal(((await within('the error', failed)) as NodeJS.ErrnoException).code, 'ECONNRESET');
  await closeOf(below);
});
