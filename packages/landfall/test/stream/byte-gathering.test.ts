/** Reads of unknown size that come to much: what lands in memory of their own. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ByteStream, IncompleteError, Transport } from 'landfall';
import { ByteInbox } from '../../dist/stream/byte-inbox.js';
import { Gathering } from '../../dist/stream/gathering.js';
import { hasCode } from '../../dist/testing/codes.js';
import { noise } from '../../dist/testing/random.js';
import { within } from '../../dist/testing/waiting.js';
import { bytesToPeer, untilReceivedBytes, untilStill } from './byte-streams.js';

const MIB = 1024 * 1024;
const LIMIT = { limitBytes: 256 * MIB };
const AFTER = 'what follows';

/** Without a line feed, other than that of `ends`. */
function withoutLineFeeds(bytes: number): Buffer {
  const content = noise(bytes);
  for (let at = content.indexOf(10); at !== -1; at = content.indexOf(10, at)) content[at] = 11;
  return content;
}

async function readsTheRest(stream: ByteStream, rest: Uint8Array): Promise<void> {
  const read = await within('readToEnd()', stream.readToEnd(LIMIT));
  assert.ok(Buffer.from(rest).equals(read), `${read.length} bytes instead of ${rest.length}`);
}

for (const size of [16 * MIB - 1, 16 * MIB, 17 * MIB, 60 * MIB]) {
  test(`readUntil() of ${size} bytes gives them, and what follows stays unread`, async () => {
    await using both = await bytesToPeer();
    const { stream, peer } = both;
    const content = withoutLineFeeds(size);
    const reading = stream.readUntil('\n', LIMIT);
    void peer.send(content).then(() => peer.send(`\n${AFTER}\n`));
    const read = await within('readUntil()', reading);
    assert.equal(read.length, size + 1);
    assert.ok(content.equals(read.subarray(0, size)));
    assert.equal(String(await within('the next', stream.readUntil('\n'))), `${AFTER}\n`);
  });
}

test('a long delimiter is found wherever it is cut, around the moment at which much has arrived', async () => {
  await using both = await bytesToPeer();
  const { stream, peer } = both;
  const delimiter = `\n${'-'.repeat(70_000)}\n`;
  const content = withoutLineFeeds(16 * MIB - 35_000);
  void peer.send(Buffer.concat([content, Buffer.from(delimiter), content, Buffer.from(delimiter), Buffer.from('x')]));
  for (let i = 0; i < 2; i++) {
    const read = await within('readUntil()', stream.readUntil(delimiter, LIMIT));
    assert.equal(read.length, content.length + delimiter.length);
    assert.ok(content.equals(read.subarray(0, content.length)));
  }
  assert.equal(String(await within('the rest', stream.readExactly(1))), 'x');
});

for (const kind of ['readUntil()', 'readToEnd()'] as const) {
  const begin = (stream: ByteStream, options: object): Promise<Uint8Array> =>
    kind === 'readUntil()' ? stream.readUntil('\n', options) : stream.readToEnd(options);

  test(`${kind} that is aborted after much has arrived takes nothing`, async () => {
    await using both = await bytesToPeer();
    const { stream, peer } = both;
    const content = withoutLineFeeds(40 * MIB);
    const abort = new AbortController();
    const reading = begin(stream, { ...LIMIT, signal: abort.signal });
    void peer.send(content.subarray(0, 30 * MIB));
    await untilReceivedBytes(stream, 30 * MIB);
    abort.abort();
    await assert.rejects(reading, hasCode('ERR_ABORTED'));
    void peer.send(content.subarray(30 * MIB)).then(() => peer.end());
    assert.ok(content.subarray(0, 5).equals(await within('readExactly()', stream.readExactly(5))));
    await readsTheRest(stream, content.subarray(5));
  });

  test(`${kind} over its limit after much has arrived leaves all of it unread`, async () => {
    await using both = await bytesToPeer();
    const { stream, peer } = both;
    const content = withoutLineFeeds(40 * MIB);
    void peer.send(content).then(() => peer.end());
    await assert.rejects(within(kind, begin(stream, { limitBytes: 20 * MIB })), hasCode('ERR_LIMIT'));
    await readsTheRest(stream, content);
  });

  test(`${kind} that the connection is lost under leaves what had arrived to be read in another way`, async () => {
    await using both = await bytesToPeer();
    const { stream, peer } = both;
    const content = withoutLineFeeds(20 * MIB);
    const reading = begin(stream, LIMIT);
    void peer.send(content);
    await untilReceivedBytes(stream, content.length);
    await untilStill(stream, 5);
    peer.socket.resetAndDestroy();
    await assert.rejects(within(kind, reading), hasCode('ERR_LOST'));
    const target = Buffer.alloc(content.length);
    assert.equal(await within('readInto()', stream.readInto(target)), content.length);
    assert.ok(target.equals(content));
  });
}

test('readUntil() without its delimiter gives much with the error', async () => {
  await using both = await bytesToPeer();
  const { stream, peer } = both;
  const content = withoutLineFeeds(20 * MIB);
  void peer.send(content).then(() => peer.end());
  await assert.rejects(within('readUntil()', stream.readUntil('\n', LIMIT)), (error: IncompleteError) => {
    assert.ok(content.equals(error.partial!));
    return hasCode('ERR_INCOMPLETE')(error);
  });
  assert.equal(await stream.read(), null);
});

test('much costs a tenth of a copy for each byte, where it is received directly', async () => {
  await using both = await bytesToPeer();
  const { stream, peer } = both;
  const reading = stream.readUntil('\n', LIMIT);
  void peer.send(withoutLineFeeds(200 * MIB)).then(() => peer.send('\n'));
  const read = await within('readUntil()', reading, 60_000);
  const copies = stream.transport.stats().bytesCopied / read.length;
  assert.ok(stream.transport.receiveMode === 'copy' || copies < 0.1, `${copies} copies per byte`);
});

test('memory that is full is exchanged for larger memory, as often as it takes, and is copied out of when little is used', () => {
  const content = noise(3 * MIB);
  for (const [limitBytes, takenBytes] of [
    [4 * MIB, content.length],
    [1024 * MIB, 100],
  ] as const) {
    const inbox = new ByteInbox({
      connectionMade() {},
      arrived: () => true,
      pausedChanged() {},
      replaced() {},
      checkIdle() {},
      connectionLost() {},
    });
    const transport = { receiveMode: 'copy', countCopied() {}, getExtraInfo: () => undefined };
    inbox.connectionMade(transport as unknown as Transport);
    const gathering = new Gathering(inbox, limitBytes, 100);
    const memories = new Set<ArrayBufferLike>();
    for (let at = 0; at < content.length; ) {
      const room = inbox.getBuffer(-1);
      const piece = content.subarray(at, at + Math.min(room.length, at === 0 ? 101 : 70_001));
      room.set(piece);
      inbox.bufferUpdated(piece.length);
      at += piece.length;
      gathering.makeRoom();
      assert.equal(gathering.bytes, at);
      memories.add(gathering.memory!.buffer);
    }
    assert.ok(memories.size > 1, 'it grew');
    const taken = gathering.take(takenBytes);
    gathering.release();
    assert.ok(content.subarray(0, takenBytes).equals(taken));
    assert.ok(taken.buffer.byteLength <= 8 * takenBytes, 'little does not hold on to much');
    assert.ok(content.subarray(takenBytes).equals(inbox.queue.takeCopy(inbox.queue.length)));
  }
});
