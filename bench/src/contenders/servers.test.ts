import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ECHO_CONTENDERS, type EchoContender, findContenders } from '../echo/catalogue.js';
import { Child } from '../harness/child.js';
import { RawClient } from '../testing/raw-client.js';
import { fillPayload } from './payload.js';

const DEADLINE_MS = 20_000;
const MAX_FRAME_BYTES = 1_000_000;

/** Runs `use` against a new server of the row. */
async function withServer(row: EchoContender, use: (port: number, server: Child) => Promise<void>): Promise<void> {
  const options = ['--port', '0', '--prefix', 'u64le', '--max-frame-bytes', String(MAX_FRAME_BYTES)];
  const server = new Child(row.contender, { ...row, args: [...row.args, 'server', ...options] });
  try {
    const { port } = await server.event('listening', DEADLINE_MS);
    await use(port as number, server);
    await server.end(DEADLINE_MS);
  } finally {
    server.kill();
    await server.gone(DEADLINE_MS);
  }
}

function frameOf(seed: number, size = MAX_FRAME_BYTES): Buffer {
  const payload = Buffer.alloc(size);
  fillPayload(payload, seed);
  return payload;
}

async function checkEcho(client: RawClient, payload: Buffer): Promise<void> {
  client.sendFrame(payload);
  assert.ok((await client.frame()).equals(payload), 'the answer is not what was sent');
}

const { found, missing } = await findContenders(ECHO_CONTENDERS);

for (const row of found) {
  describe(`the ${row.contender} server`, () => {
    it('answers eight 1 MB frames sent without waiting, intact and in order', () =>
      withServer(row, async (port) => {
        const client = await RawClient.connect(port);
        const frames = Array.from({ length: 8 }, (_, index) => frameOf(index + 1));
        for (const payload of frames) client.sendFrame(payload);
        for (const [index, payload] of frames.entries()) {
          assert.ok((await client.frame()).equals(payload), `frame ${index} is not what was sent`);
        }
        await client.close();
      }));

    it('answers frames of many sizes that arrive in one piece, an empty one too', () =>
      withServer(row, async (port) => {
        const client = await RawClient.connect(port);
        const frames = [5, 0, 1, 70_000, 7, 200_000, 0, 3].map((size, index) => frameOf(index + 1, size));
        client.socket.cork();
        for (const payload of frames) client.sendFrame(payload);
        client.socket.uncork();
        for (const [index, payload] of frames.entries()) {
          assert.ok((await client.frame()).equals(payload), `frame ${index} is not what was sent`);
        }
        await client.close();
      }));

    it('is not harmed by a client that sends one byte and leaves, or resets', () =>
      withServer(row, async (port) => {
        const leaving = await RawClient.connect(port);
        leaving.socket.write(Buffer.of(1));
        await leaving.close();
        const resetting = await RawClient.connect(port);
        resetting.socket.write(Buffer.of(1));
        resetting.socket.resetAndDestroy();
        const client = await RawClient.connect(port);
        await checkEcho(client, frameOf(1, 1000));
        await client.close();
      }));

    it('ends the connection of a frame over its limit, and no other', () =>
      withServer(row, async (port) => {
        const bystander = await RawClient.connect(port);
        await checkEcho(bystander, frameOf(1, 1000));
        const client = await RawClient.connect(port);
        client.sendFrame(frameOf(2, MAX_FRAME_BYTES + 1));
        await client.ended();
        await checkEcho(bystander, frameOf(3, 1000));
        await bystander.close();
      }));

    it('adds up what its connections received, ended ones included', () =>
      withServer(row, async (port, server) => {
        const ended = await RawClient.connect(port);
        await checkEcho(ended, frameOf(1, 1000));
        await ended.close();
        const open = await RawClient.connect(port);
        await checkEcho(open, frameOf(2, 3000));
        server.send('stats');
        const stats = await server.event('stats', DEADLINE_MS);
        assert.equal(stats.bytesReceived, 8 + 1000 + 8 + 3000);
        const { receives, writes } = stats;
        // A frame may come in several pieces, and leave in several; what a row does not tell, it leaves out.
        for (const count of [receives, writes]) assert.ok(typeof count !== 'number' || (count >= 2 && count <= 12));
        if (row.contender.startsWith('landfall')) assert.ok(typeof receives === 'number' && typeof writes === 'number');
        await open.close();
      }));
  });
}

for (const { contender, why } of missing) {
  it(`the ${contender} server`, { skip: `${contender} is missing: ${why}` }, () => {});
}
