/** Debug mode, which is chosen when landfall is loaded: in processes of their own. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inChild, type Outcome } from './in-child.js';

function inDebugMode<T>(body: () => Promise<T>): Promise<Outcome<T>> {
  return inChild(body, { LANDFALL_DEBUG: '1' });
}

test('in debug mode, a view that outlives its lease shows poison', async () => {
  const { result, warnings } = await inDebugMode(async () => {
    const { BufferPool } = await import('landfall');
    const lease = new BufferPool().acquire(5);
    const oldView = lease.bytes;
    oldView.fill(1);
    lease.release();
    return [...oldView];
  });
  assert.deepEqual(result, [0xdd, 0xdd, 0xdd, 0xdd, 0xdd]);
  assert.deepEqual(warnings, []);
});

test('in debug mode, the first use of memory, and its use after a clean release, tell nothing', async () => {
  const { warnings } = await inDebugMode(async () => {
    const { BufferPool } = await import('landfall');
    const pool = new BufferPool();
    for (const size of [10, 1000, 3, 1000, 700, 0, 1_000_000, 999_999]) {
      const lease = pool.acquire(size);
      lease.bytes.fill(9);
      lease.release();
    }
  });
  assert.deepEqual(warnings, []);
});

test('in debug mode, a write after the release is told when the memory is used again, with the byte and where it was acquired', async () => {
  const { warnings } = await inDebugMode(async () => {
    const { BufferPool } = await import('landfall');
    const pool = new BufferPool();
    function acquiredByTheCulprit(): Uint8Array {
      const lease = pool.acquire(100);
      const view = lease.bytes;
      lease.release();
      return view;
    }
    acquiredByTheCulprit()[42] = 1;
    pool.acquire(100).release();
  });
  assert.deepEqual(
    warnings.map(({ code }) => code),
    ['LANDFALL_WRITTEN_AFTER_RELEASE'],
  );
  assert.match(warnings[0]!.message, /byte 42 of 100/);
  assert.match(warnings[0]!.message, /at acquiredByTheCulprit/);
});

test('in debug mode, a use after the release says where the lease was acquired and where it was released', async () => {
  const { result } = await inDebugMode(async () => {
    const { BufferPool } = await import('landfall');
    const pool = new BufferPool();
    const acquiredHere = () => pool.acquire(10);
    const lease = acquiredHere();
    const releasedHere = () => lease.release();
    releasedHere();
    try {
      return lease.bytes.length;
    } catch (error) {
      return (error as Error).message;
    }
  });
  assert.match(String(result), /acquired:\s.*at acquiredHere.*released:\s.*at releasedHere/s);
});

test('in debug mode, a second release is told with where the first was', async () => {
  const { warnings } = await inDebugMode(async () => {
    const { BufferPool } = await import('landfall');
    const lease = new BufferPool().acquire(10);
    const releasedHere = () => lease.release();
    releasedHere();
    lease.release();
  });
  assert.deepEqual(
    warnings.map(({ code }) => code),
    ['LANDFALL_RELEASED_TWICE'],
  );
  assert.match(warnings[0]!.message, /at releasedHere/);
});

test('without debug mode, the error hints at it', async () => {
  const { result, warnings } = await inChild(async () => {
    const { BufferPool } = await import('landfall');
    const lease = new BufferPool().acquire(10);
    lease.release();
    lease.release();
    try {
      return lease.bytes.length;
    } catch (error) {
      return (error as Error).message;
    }
  });
  assert.match(String(result), /LANDFALL_DEBUG=1/);
  assert.deepEqual(warnings, []);
});

test('in debug mode, a borrowed frame that is looked at too late shows poison', async () => {
  const { result } = await inDebugMode(async () => {
    const { connect, FramedProtocol, lengthPrefixed, listen } = await import('landfall');
    const framing = lengthPrefixed({ lengthBytes: 4 });
    const views: Uint8Array[] = [];
    const server = await listen({ host: '127.0.0.1', port: 0 }, () => {
      const frameReceived = (memory: Uint8Array, start: number, end: number) =>
        void views.push(memory.subarray(start, end));
      return new FramedProtocol({ framing, receiver: { frameReceived } });
    });
    const { port } = server.address as { port: number };
    const { transport, protocol } = await connect(
      { host: '127.0.0.1', port },
      () => new FramedProtocol({ framing, receiver: { frameReceived() {} } }),
    );
    protocol.writeFrame(Buffer.alloc(300_000, 1));
    transport.close();
    await transport.closed;
    await server.close();
    return views.map((view) => [view.length, view.every((byte) => byte === 0xdd)]);
  });
  assert.deepEqual(result, [[300_000, true]]);
});
