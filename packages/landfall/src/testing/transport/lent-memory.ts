/** What getBuffer may return, and that nothing else is ever written to. */
import assert from 'node:assert/strict';
import { assertCode } from '../codes.js';
import { noise } from '../random.js';
import { RecordingBufferedProtocol } from '../recording-protocol.js';
import { loopTurns } from '../waiting.js';
import { BUFFERED } from './link.js';
import { Sentences } from './sentences.js';
import { story } from './story.js';

export const lentMemory: Sentences = new Sentences();

const CANARY = 0xa5;

/** What may not be received into. The types forbid most of it; a program in JavaScript does not know. */
const UNFIT: Readonly<Record<string, () => unknown>> = {
  null: () => null,
  undefined: () => undefined,
  'a string': () => 'memory',
  'a number': () => 65_536,
  'a DataView': () => new DataView(new ArrayBuffer(100)),
  'a Uint16Array': () => new Uint16Array(100),
  'an ArrayBuffer': () => new ArrayBuffer(100),
  'a plain array': () => [0, 0, 0],
  'an empty view': () => new Uint8Array(0),
  'an empty view of memory that is not empty': () => new Uint8Array(100).subarray(50, 50),
  'a detached view': () => {
    const view = new Uint8Array(100);
    structuredClone(view.buffer, { transfer: [view.buffer] });
    return view;
  },
  'a view of a resizable ArrayBuffer': () => new Uint8Array(resizable(100, 200)),
};

/** Node's types for version 20 leave the option out. */
function resizable(bytes: number, maxByteLength: number): ArrayBuffer {
  const Resizable = ArrayBuffer as unknown as new (bytes: number, options: { maxByteLength: number }) => ArrayBuffer;
  return new Resizable(bytes, { maxByteLength });
}

for (const [what, make] of Object.entries(UNFIT)) {
  lentMemory.add(BUFFERED, `${what} as the first memory loses the connection with ERR_BUFFER`, async (link) => {
    const protocol = new RecordingBufferedProtocol({}, () => make() as Uint8Array);
    const pair = await link.open(protocol);
    // A direct receive asks before anything arrives: the connection may be gone already.
    pair.peer.write('x');
    await protocol.until('connectionLost');
    assertCode(protocol.lostWith, 'ERR_BUFFER');
    assert.deepEqual(story(protocol), ['connectionMade', 'connectionLost']);
    await pair.peer.untilGone();
  });

  lentMemory.add(BUFFERED, `${what} as later memory loses the connection with ERR_BUFFER`, async (link) => {
    const good = new Uint8Array(1);
    const protocol: RecordingBufferedProtocol = new RecordingBufferedProtocol({}, () =>
      protocol.bytesReceived < 2 ? good : (make() as Uint8Array),
    );
    const pair = await link.open(protocol);
    await pair.peer.send('abcdef');
    await protocol.until('connectionLost');
    assertCode(protocol.lostWith, 'ERR_BUFFER');
    assert.equal(protocol.receivedCopy().toString(), 'ab');
    await pair.peer.untilGone();
  });
}

lentMemory.add(BUFFERED, 'only the lent part of larger memory is written to', async (link) => {
  const memory = new Uint8Array(300).fill(CANARY);
  const protocol = new RecordingBufferedProtocol({}, memory.subarray(100, 200));
  const pair = await link.open(protocol);
  const sent = noise(10_000);
  await pair.peer.send(sent);
  await protocol.untilBytes(sent.length);
  assert.deepEqual(protocol.receivedCopy(), sent);
  assert.ok(memory.subarray(0, 100).every((byte) => byte === CANARY));
  assert.ok(memory.subarray(200).every((byte) => byte === CANARY));
});

lentMemory.add(BUFFERED, 'what is behind the received bytes is left as it was', async (link) => {
  const memory = new Uint8Array(1000).fill(CANARY);
  const protocol = new RecordingBufferedProtocol({}, memory);
  const pair = await link.open(protocol);
  await pair.peer.send('hello');
  await protocol.untilBytes(5);
  assert.ok(memory.subarray(5).every((byte) => byte === CANARY));
});

const MEMORIES: Readonly<Record<string, () => Uint8Array>> = {
  'shared memory': () => new Uint8Array(new SharedArrayBuffer(4096), 96, 1000),
  'WebAssembly memory': () => new Uint8Array(wasmMemory().buffer, 1000, 1000),
};

for (const [what, make] of Object.entries(MEMORIES)) {
  lentMemory.add(BUFFERED, `${what} is received into`, async (link) => {
    const protocol = new RecordingBufferedProtocol({}, make());
    const pair = await link.open(protocol);
    const sent = noise(20_000);
    await pair.peer.send(sent);
    await protocol.untilBytes(sent.length);
    assert.deepEqual(protocol.receivedCopy(), sent);
  });
}

lentMemory.add(
  BUFFERED,
  'WebAssembly memory that grows while lent loses the connection with ERR_BUFFER',
  async (link) => {
    const memory = wasmMemory();
    const view = new Uint8Array(memory.buffer, 0, 1000);
    const protocol = new RecordingBufferedProtocol({}, view);
    const pair = await link.open(protocol);
    memory.grow(1);
    assert.equal(view.length, 0);
    await pair.peer.send('x');
    await protocol.until('connectionLost');
    assertCode(protocol.lostWith, 'ERR_BUFFER');
    assert.equal(protocol.count('bufferUpdated'), 0);
  },
);

lentMemory.add(BUFFERED, 'memory that is detached while lent loses the connection with ERR_BUFFER', async (link) => {
  const view = new Uint8Array(1000);
  const protocol = new RecordingBufferedProtocol({}, view);
  const pair = await link.open(protocol);
  await pair.peer.send('first');
  await protocol.untilBytes(5);
  await loopTurns(2);
  structuredClone(view.buffer, { transfer: [view.buffer] });
  await pair.peer.send('second');
  await protocol.until('connectionLost');
  assertCode(protocol.lostWith, 'ERR_BUFFER');
  assert.equal(protocol.receivedCopy().toString(), 'first');
});

lentMemory.add(BUFFERED, 'memory is not written to any more once the connection is lost', async (link) => {
  const view = new Uint8Array(1000).fill(CANARY);
  const protocol = new RecordingBufferedProtocol({}, view);
  const pair = await link.open(protocol);
  pair.transport.abort();
  pair.peer.write('late');
  await protocol.until('connectionLost');
  await loopTurns();
  assert.ok(view.every((byte) => byte === CANARY));
});

interface GrowingMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** Node's types for version 20 leave WebAssembly out. */
function wasmMemory(): GrowingMemory {
  const { WebAssembly } = globalThis as unknown as {
    WebAssembly: { Memory: new (descriptor: { initial: number; maximum: number }) => GrowingMemory };
  };
  return new WebAssembly.Memory({ initial: 1, maximum: 4 });
}
