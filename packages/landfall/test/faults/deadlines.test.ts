/**
 * Every call of the public face that waits, with a peer that never answers: it ends at its deadline and when its signal
 * fires, with the error that says which, and what it waited on can be used again.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import {
  BufferPool,
  type ConnectOptions,
  connect,
  openFrames,
  openStream,
  serveStreams,
  type WaitOptions,
} from 'landfall';
import { RecordingProtocol } from 'landfall/testing';
import { assertCode } from '../../dist/testing/codes.js';
import { noise } from '../../dist/testing/random.js';
import { loopTurns, within } from '../../dist/testing/waiting.js';
import { bytesToPeer } from '../stream/byte-streams.js';
import { nextText, openToPeer, U32 } from '../stream/streams.js';
import { authority, server as identity } from '../support/certificates.js';
import { addressOf, Link } from '../support/connections.js';

const TIMEOUT_MS = 30;
/** Far more than a timer is late on a busy machine, far less than any default. */
const LATEST_MS = 5_000;

/** Something that can be waited for, and never comes. */
interface Scene extends AsyncDisposable {
  wait(options: WaitOptions): Promise<unknown>;
  /** Shows that it can be waited for again, and then comes. */
  afterwards?(): Promise<void>;
}

/** More than a connection holds whose peer does not read. */
const MUCH = noise(16_000_000);

const connecting = (open: (options: ConnectOptions) => Promise<unknown>) => async (): Promise<Scene> => {
  // No name server answers.
  const lookup = (): void => {};
  const wait = (options: WaitOptions): Promise<unknown> => open({ host: 'silent.test', port: 1, lookup, ...options });
  return { wait, [Symbol.asyncDispose]: async () => {} };
};

const handshaking = (open: (options: ConnectOptions) => Promise<unknown>) => async (): Promise<Scene> => {
  const link = new Link('TCP', 'accepted', 'Protocol');
  const pair = await link.open(link.record());
  const { port } = pair.server!.address as { port: number };
  const wait = (options: WaitOptions): Promise<unknown> =>
    open({ host: '127.0.0.1', port, tls: { servername: 'localhost' }, ...options });
  return { wait, [Symbol.asyncDispose]: () => pair[Symbol.asyncDispose]() };
};

type Bytes = Awaited<ReturnType<typeof bytesToPeer>>;
type Frames = Awaited<ReturnType<typeof openToPeer>>;

/** A read of bytes; afterwards it gets `abcdefgh\n`, or the end behind it. */
const bytes =
  (read: (stream: Bytes['stream'], options: WaitOptions) => Promise<unknown>) => async (): Promise<Scene> => {
    const both = await bytesToPeer();
    return {
      wait: (options) => read(both.stream, options),
      afterwards: async () => {
        const reading = read(both.stream, { timeoutMs: LATEST_MS });
        both.peer.socket.end('abcdefgh\n');
        await within('the read afterwards', reading);
      },
      [Symbol.asyncDispose]: () => both[Symbol.asyncDispose](),
    };
  };

const frames =
  (read: (stream: Frames['stream'], options: WaitOptions) => Promise<unknown>) => async (): Promise<Scene> => {
    const both = await openToPeer();
    return {
      wait: (options) => read(both.stream, options),
      afterwards: async () => {
        await both.peer.send('\0\0\0\x03abc\0\0\0\x03def');
        await within('the read afterwards', read(both.stream, { timeoutMs: LATEST_MS }));
        assert.equal(await nextText(both.stream), 'def');
      },
      [Symbol.asyncDispose]: () => both[Symbol.asyncDispose](),
    };
  };

/** Output that does not leave; afterwards the peer reads. */
const sending =
  <B extends Bytes | Frames>(open: () => Promise<B>, send: (both: B, options: WaitOptions) => Promise<unknown>) =>
  async (): Promise<Scene> => {
    const both = await open();
    both.stream.transport.write(MUCH);
    return {
      wait: (options) => send(both, options),
      afterwards: async () => {
        both.peer.read();
        await within('the wait afterwards', send(both, { timeoutMs: LATEST_MS }));
        await both.peer.untilBytes(MUCH.length);
      },
      [Symbol.asyncDispose]: () => both[Symbol.asyncDispose](),
    };
  };

const mute = (): Promise<Bytes> => bytesToPeer(false);
const muteFrames = (): Promise<Frames> => openToPeer({ peerReads: false });

const closingServer = async (): Promise<Scene> => {
  const link = new Link('TCP', 'accepted', 'Protocol');
  const pair = await link.open(link.record());
  return {
    wait: (options) => pair.server!.close(options),
    afterwards: () => pair.server!.closeAll({ timeoutMs: LATEST_MS }),
    [Symbol.asyncDispose]: () => pair[Symbol.asyncDispose](),
  };
};

const WAITS: Record<string, () => Promise<Scene>> = {
  'connect()': connecting((options) => connect(options, () => new RecordingProtocol())),
  'openStream()': connecting(openStream),
  'openFrames()': connecting((options) => openFrames({ ...options, framing: U32 })),
  'connect() over TLS': handshaking((options) => connect(options, () => new RecordingProtocol())),
  'openStream() over TLS': handshaking(openStream),
  'openFrames() over TLS': handshaking((options) => openFrames({ ...options, framing: U32 })),
  'server.close()': closingServer,
  'flushed()': sending(mute, ({ stream }, options) => stream.transport.flushed(options)),
  'ByteStream.read()': bytes((stream, options) => stream.read(undefined, options)),
  'ByteStream.readExactly()': bytes((stream, options) => stream.readExactly(8, options)),
  'ByteStream.readExactly() of much': bytes(async (stream, options) => {
    try {
      return await stream.readExactly(100_000, options);
    } catch (error) {
      if ((error as { code?: string }).code !== 'ERR_INCOMPLETE') throw error;
      return null;
    }
  }),
  'ByteStream.readInto()': bytes((stream, options) => stream.readInto(new Uint8Array(8), options)),
  'ByteStream.readInto(), partial': bytes((stream, options) =>
    stream.readInto(new Uint8Array(100_000), { ...options, partial: true }),
  ),
  'ByteStream.readUntil()': bytes((stream, options) => stream.readUntil('\n', options)),
  'ByteStream.readLine()': bytes((stream, options) => stream.readLine(options)),
  'ByteStream.readToEnd()': bytes((stream, options) => stream.readToEnd(options)),
  'ByteStream.drain()': sending(mute, ({ stream }, options) => stream.drain(options)),
  'ByteStream.end()': sending(mute, ({ stream }, options) => stream.end(options)),
  'FrameStream.read()': frames(async (stream, options) => (await stream.read(options))?.release()),
  'FrameStream.readInto()': frames((stream, options) => stream.readInto(new Uint8Array(8), options)),
  'FrameStream.drain()': sending(muteFrames, ({ stream }, options) => stream.drain(options)),
  'FrameStream.end()': sending(muteFrames, ({ stream }, options) => stream.end(options)),
};

/** Waits, and returns what it fails with and how long that took. */
async function cutShort(scene: Scene, options: WaitOptions): Promise<[error: unknown, ms: number]> {
  const begin = performance.now();
  const failure = scene.wait(options).then(
    () => new Error('it resolved'),
    (error: unknown) => error,
  );
  return [await within('the wait', failure, LATEST_MS), performance.now() - begin];
}

for (const [name, open] of Object.entries(WAITS)) {
  test(`74, 127: ${name} that nothing answers ends at its deadline, and when its signal fires; it can be waited for again`, async () => {
    await using scene = await open();
    const [late, ms] = await cutShort(scene, { timeoutMs: TIMEOUT_MS });
    assertCode(late, 'ERR_TIMEOUT');
    // Timers may fire up to a millisecond early.
    assert.ok(ms >= TIMEOUT_MS - 2, `after ${ms} ms`);

    const controller = new AbortController();
    const reason = new Error('no longer wanted');
    const aborting = cutShort(scene, { signal: controller.signal });
    await loopTurns(2);
    controller.abort(reason);
    const early = cutShort(scene, { signal: controller.signal, timeoutMs: LATEST_MS });
    for (const [error] of [await aborting, await early]) {
      assertCode(error, 'ERR_ABORTED');
      assert.equal(error.name, 'AbortError');
      assert.equal(error.cause, reason);
    }
    await scene.afterwards?.();
  });
}

test('127: close() of a stream, and closeAll(), whose peer never reads resolve at their deadline, and when their signal fires', async () => {
  for (const open of [mute, muteFrames]) {
    for (const how of ['deadline', 'signal'] as const) {
      await using both = await open();
      both.stream.transport.write(MUCH);
      const controller = new AbortController();
      const options = how === 'deadline' ? { timeoutMs: TIMEOUT_MS } : { signal: controller.signal };
      const closing = both.stream.close(options);
      await loopTurns(2);
      if (how === 'signal') controller.abort();
      await within('close()', closing, LATEST_MS);
      assert.equal(both.stream.transport.writeBufferSize, 0);
    }
  }
  for (const how of ['deadline', 'signal'] as const) {
    const link = new Link('TCP', 'accepted', 'Protocol');
    await using pair = await link.open(link.record(), { peerReads: false });
    pair.transport.write(MUCH);
    const controller = new AbortController();
    const closing = pair.server!.closeAll(
      how === 'deadline' ? { timeoutMs: TIMEOUT_MS } : { signal: controller.signal },
    );
    await loopTurns(2);
    if (how === 'signal') controller.abort();
    await within('closeAll()', closing, LATEST_MS);
    assert.equal(pair.server!.connections, 0);
  }
});

test('readInto() of a view that waits to be sent has one deadline for both waits', async () => {
  const readInto = async (open: () => Promise<Bytes | Frames>): Promise<void> => {
    await using both = await open();
    const lease = new BufferPool().acquire(MUCH.length);
    both.stream.transport.write(lease.bytes);
    const begin = performance.now();
    const reading = both.stream.readInto(lease.bytes, { timeoutMs: 2_000 });
    const failed = assert.rejects(within('readInto()', reading), { code: 'ERR_TIMEOUT', timeoutMs: 2_000 });
    await setTimeout(1_500);
    both.peer.read();
    await failed;
    const ms = performance.now() - begin;
    assert.ok(ms < 3_000, `after ${ms} ms`);
    lease.release();
  };
  await Promise.all([readInto(mute), readInto(muteFrames)]);
});

test('end() over TLS, which cannot end one side alone, rejects instead of throwing', async () => {
  await using server = await serveStreams({ host: '127.0.0.1', port: 0, tls: identity }, async (stream) => {
    await stream.read();
  });
  const tls = { ca: authority, servername: 'localhost' };
  await using stream = await openStream({ ...(addressOf(server) as { port: number }), tls });
  const ending = stream.end();
  await assert.rejects(ending, { code: 'ERR_UNSUPPORTED' });
});

test('91: startTls() that nothing answers ends at its deadline and when its signal fires, and the connection with it', async () => {
  for (const isServer of [false, true]) {
    const options = isServer ? { ...identity, isServer } : { ca: authority, servername: 'localhost' };
    const reason = new Error('no longer wanted');
    for (const how of ['deadline', 'signal', 'signal before'] as const) {
      const link = new Link('TCP', 'connecting', 'Protocol');
      const protocol = link.record();
      await using pair = await link.open(protocol);
      const controller = new AbortController();
      if (how === 'signal before') controller.abort(reason);
      const wait = how === 'deadline' ? { timeoutMs: TIMEOUT_MS } : { signal: controller.signal };
      const starting = pair.transport.startTls({ ...options, ...wait });
      const code = how === 'deadline' ? 'ERR_TIMEOUT' : 'ERR_ABORTED';
      const failed = assert.rejects(within('startTls()', starting, LATEST_MS), { code });
      await loopTurns(2);
      controller.abort(reason);
      await failed;
      if (how === 'signal before') {
        // Nothing was begun.
        pair.transport.write('in clear');
        await pair.peer.untilBytes(8);
        assert.equal(pair.peer.receivedCopy().toString(), 'in clear');
        continue;
      }
      await protocol.until('connectionLost');
      assertCode(protocol.lostWith, code);
      assert.equal(protocol.count('connectionLost'), 1);
    }
  }
});
