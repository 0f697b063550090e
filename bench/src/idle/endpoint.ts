/**
 * One end of many idle connections, as a program: `endpoint.js server|client node|landfall [COUNT PORT]`.
 *
 * A server says `{"event":"listening","port":P}`. A client says `{"event":"ready"}`, opens its connections on the line
 * `open` and says `{"event":"connected"}`. Both collect their garbage on the line `settle`, or `settle quickly`, and say
 * `{"event":"settled","connections":N,"youngBytes":N}`, and end with their input.
 */
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { getHeapSpaceStatistics } from 'node:v8';
import { connect, FramedProtocol, type FrameReceiver, lengthPrefixed, listen } from 'landfall';

const HOST = '127.0.0.1';
/** The server's queue of connections that it has not accepted yet; the client opens fewer at a time. */
const BACKLOG = 1024;
const OPENED_AT_A_TIME = 200;
/** A collection frees pages for later; how often to collect, and how long to let the system take them back. */
const COLLECTIONS = 6;
const COLLECTION_MS = 100;

/**
 * The memory that new objects are made in grows while connections are opened, in steps of megabytes, and stays for seconds:
 * how large it is says more about when it was last collected than about connections. A process that stays idle gives it
 * back, after eight seconds or so.
 */
const YOUNG_BYTES_MAX = 1024 * 1024;
const YOUNG_TIMEOUT_MS = 40_000;

let connections = 0;
/** What a client holds on to, as a program that uses its connections would. */
const held: unknown[] = [];

const framing = lengthPrefixed({ lengthBytes: 4 });
const receiver: FrameReceiver = { frameReceived() {} };

function ignore(): void {}

async function serve(kind: string): Promise<number> {
  if (kind === 'landfall') {
    const server = await listen({ host: HOST, port: 0, backlog: BACKLOG }, () => {
      connections++;
      return new FramedProtocol({ framing, receiver });
    });
    return (server.address as AddressInfo).port;
  }
  const server = net.createServer({ noDelay: true }, (socket) => {
    connections++;
    socket.on('data', ignore).on('error', ignore);
  });
  await once(server.listen({ host: HOST, port: 0, backlog: BACKLOG }), 'listening');
  return (server.address() as AddressInfo).port;
}

async function open(kind: string, port: number): Promise<void> {
  if (kind === 'landfall') {
    held.push((await connect({ host: HOST, port }, () => new FramedProtocol({ framing, receiver }))).transport);
    return;
  }
  const socket = net.connect({ host: HOST, port, noDelay: true });
  await once(socket, 'connect');
  socket.on('data', ignore).on('error', ignore);
  held.push(socket);
}

async function openAll(kind: string, count: number, port: number): Promise<void> {
  while (connections < count) {
    const opened = Math.min(OPENED_AT_A_TIME, count - connections);
    await Promise.all(Array.from({ length: opened }, () => open(kind, port)));
    connections += opened;
  }
}

async function settle(isQuick: boolean): Promise<void> {
  for (let i = 0; i < COLLECTIONS; i++) {
    globalThis.gc?.();
    await delay(COLLECTION_MS);
  }
  const deadline = Date.now() + YOUNG_TIMEOUT_MS;
  while (!isQuick && youngBytes() > YOUNG_BYTES_MAX && Date.now() < deadline) await delay(COLLECTION_MS);
}

function youngBytes(): number {
  return getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')?.physical_space_size ?? 0;
}

function say(event: object): void {
  console.log(JSON.stringify(event));
}

const [role, kind = '', count = '0', port = '0'] = process.argv.slice(2);
if (role === 'server') say({ event: 'listening', port: await serve(kind) });
else say({ event: 'ready' });
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'open') {
    await openAll(kind, Number(count), Number(port));
    say({ event: 'connected' });
  } else if (line.startsWith('settle')) {
    await settle(line === 'settle quickly');
    say({ event: 'settled', connections, youngBytes: youngBytes() });
  }
}
process.exit();
