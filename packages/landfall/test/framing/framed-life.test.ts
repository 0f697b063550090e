/** A FramedProtocol that is replaced, put in charge late, starved or misused. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { connect, FramedProtocol, type LandfallError, lengthPrefixed } from 'landfall';
import { RecordingBufferedProtocol, RecordingProtocol } from 'landfall/testing';
import { blockPool } from '../../dist/memory/block-pool.js';
import { connectedFrames, type FramesAndPeer, frame, patterned, until } from './frames.js';

for (const pauses of [false, true]) {
  for (const next of [new RecordingProtocol(), new RecordingBufferedProtocol()]) {
    const kind = next instanceof RecordingProtocol ? 'Protocol' : 'BufferedProtocol';
    test(`a ${kind} put in charge from frameReceived gets every byte after that frame${pauses ? ', also when reading was paused there' : ''}`, async () => {
      const { peer, received } = await connectedFrames({
        frameReceived(memory, start, end, { transport }) {
          if (Buffer.from(memory.subarray(start, end)).toString() !== 'upgrade') return;
          transport.setProtocol(next, Buffer.from('given back, '));
          if (!pauses) return;
          transport.pauseReading();
          setImmediate(() => transport.resumeReading());
        },
      });
      peer.write(
        Buffer.concat([frame('hello'), frame('upgrade'), Buffer.from('no frame, '), Buffer.alloc(70_000, 'x')]),
      );
      await next.untilBytes(12 + 10 + 70_000);
      peer.end('later');
      await next.until('connectionLost');
      assert.deepEqual(received, ['hello', 'upgrade']);
      assert.equal(next.receivedCopy().toString(), `given back, no frame, ${'x'.repeat(70_000)}later`);
    });
  }
}

test('a FramedProtocol put in charge by setProtocol cuts what the protocol before it left unread', async () => {
  const { peer, transport, lost } = await connectedFrames({});
  const frames: string[] = [];
  const second = new FramedProtocol({
    framing: lengthPrefixed({ lengthBytes: 4 }),
    receiver: {
      frameReceived(memory, start, end, framed) {
        frames.push(Buffer.from(memory.subarray(start, end)).toString());
        framed.writeFrame(Buffer.from('answer'));
      },
    },
  });
  transport.setProtocol(second, frame('left over').subarray(0, 7));
  peer.write(frame('left over').subarray(7));
  await once(peer, 'data');
  assert.deepEqual(frames, ['left over']);
  transport.close();
  await transport.closed;
  assert.equal(await Promise.race([lost, Promise.resolve('not told')]), 'not told');
});

test('a frame that is replaced in its middle gives its memory back', async () => {
  const { peer, transport } = await connectedFrames({});
  const large = frame(patterned(300_000, 1));
  peer.write(large.subarray(0, 200_000));
  await until(() => transport.stats().bytesReceived >= 200_000);
  const free = (): number => {
    const blocks = [];
    for (let block = blockPool.takeFree(300_004); block !== undefined; block = blockPool.takeFree(300_004))
      blocks.push(block);
    for (const block of blocks) block.release();
    return blocks.length;
  };
  const before = free();
  transport.setProtocol(new RecordingProtocol());
  assert.equal(free(), before + 1);
  transport.abort();
  await transport.closed;
});

test('headers of large frames alone take no block of their size, even if one lies ready', async () => {
  const size = 48_000_000;
  blockPool.take(size).release();
  const reserved = blockPool.reservedBytes;
  const all = await Promise.all(Array.from({ length: 10 }, () => connectedFrames({})));
  const header = frame(Buffer.alloc(0));
  header.writeUInt32BE(size);
  for (const { peer } of all) peer.write(Buffer.concat([header, Buffer.alloc(1000)]));
  for (const { transport } of all) {
    await until(() => transport.stats().bytesReceived >= 1004);
  }
  assert.ok(blockPool.reservedBytes - reserved <= 8_000_000, `${blockPool.reservedBytes - reserved} bytes taken`);
  assert.ok(blockPool.takeFree(size) !== undefined, 'the block that lay ready is gone');
  for (const { transport } of all) transport.abort();
});

test('a frame that arrives in many small pieces is copied a few times, not once for each piece', async () => {
  const { peer, received, transport } = await connectedFrames({});
  peer.setNoDelay(true);
  const bytes = frame('p'.repeat(30_000));
  for (let at = 0; at < bytes.length; at += 300) {
    peer.write(bytes.subarray(at, at + 300));
    await until(() => transport.stats().bytesReceived >= Math.min(bytes.length, at + 300));
  }
  assert.equal(received[0]?.length, 30_000);
  const { bytesCopied, reads } = transport.stats();
  assert.ok(reads > 50 && bytesCopied < 2 * bytes.length, `${bytesCopied} copied in ${reads} receives`);
  transport.abort();
});

test('a frame whose header was seen passes a limit that was lowered since, small or large', async () => {
  for (const size of [1000, 100_000]) {
    const { peer, framed, received, lost, transport } = await connectedFrames({});
    const bytes = frame('f'.repeat(size));
    peer.write(bytes.subarray(0, 500));
    await until(() => transport.stats().bytesReceived >= 500);
    framed.setMaxFrameBytes(10);
    peer.write(Buffer.concat([bytes.subarray(500), frame('elevenbytes')]));
    assert.equal(((await lost) as LandfallError).code, 'ERR_LIMIT');
    assert.deepEqual(
      received.map((payload) => payload.length),
      [size],
    );
  }
});

test('memory of a frame that is written after frameReceived returned is refused, and nothing of that write is sent', async () => {
  const errors: unknown[] = [];
  const writeLate = (memory: Uint8Array, start: number, end: number, { framed }: FramesAndPeer): void => {
    setImmediate(() => {
      try {
        framed.writeFrame(memory.subarray(start, end));
      } catch (error) {
        errors.push(error);
      }
      framed.writeFrame(Buffer.from('done'));
    });
  };
  const { peer, peerReceived } = await connectedFrames({ frameReceived: writeLate });
  peer.write(frame(patterned(300_000, 2)));
  await once(peer, 'data');
  assert.equal((errors[0] as LandfallError).code, 'ERR_RELEASED');
  assert.deepEqual(Buffer.concat(peerReceived), frame('done'));
  peer.destroy();
});

test('a FramedProtocol given to a second connection ends that one, and leaves the first alone', async () => {
  const first = await connectedFrames({});
  const second = await connectedFrames({});
  second.transport.setProtocol(first.framed);
  await second.transport.closed;
  assert.equal(first.transport.isClosing, false);
  first.peer.write(frame('still here'));
  await until(() => first.received.length > 0);
  assert.deepEqual(first.received, ['still here']);
  first.transport.abort();
});

test('a limit above what there can be memory for is 4 GiB less 64 KiB', async () => {
  const framing = lengthPrefixed({ lengthBytes: 8, maxFrameBytes: Number.MAX_SAFE_INTEGER });
  const { peer, transport } = await connectedFrames({});
  const lost = new Promise<Error | null>((resolve) => {
    transport.setProtocol(new FramedProtocol({ framing, receiver: { frameReceived() {}, connectionLost: resolve } }));
  });
  const header = Buffer.alloc(8);
  header.writeBigUInt64BE(2n ** 33n);
  peer.write(header);
  const error = (await lost) as LandfallError & { limitBytes: number; actualBytes: number };
  assert.deepEqual([error.code, error.limitBytes, error.actualBytes], ['ERR_LIMIT', 2 ** 32 - 65_536, 2 ** 33]);
});

test('connect refuses what is no protocol factory, no address, or two', async () => {
  const factory = (): RecordingProtocol => new RecordingProtocol();
  await assert.rejects(connect({ port: 1, path: '/nowhere' }, factory), TypeError);
  await assert.rejects(connect({}, factory), TypeError);
  await assert.rejects(connect({ port: 1 }, undefined as never), TypeError);
  await assert.rejects(connect({ port: 1, signal: 'now' as never }, factory), TypeError);
});
