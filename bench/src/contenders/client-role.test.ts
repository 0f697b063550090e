import assert from 'node:assert/strict';
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { ChunkFrames } from './chunk-frames.js';
import { EchoDriver } from './client-role.js';
import { contender } from './node-data.js';
import { lengthPrefix, type Prefix } from './prefix.js';

const PREFIX: Prefix = { lengthBytes: 8, endian: 'little' };
const FRAME_BYTES = 1000;
const OPTIONS = { prefix: PREFIX, maxFrameBytes: FRAME_BYTES + 1 };

/** What a server makes of frame number `frame`; null to end the connection instead of answering. */
type Answer = (payload: Buffer, frame: number) => Uint8Array | null;

/** A driver connected to a server that answers by `answer`, which sees a copy. */
async function drive(t: TestContext, answer: Answer): Promise<EchoDriver> {
  const server = net.createServer((socket) => {
    let frame = 0;
    const frames = new ChunkFrames(OPTIONS, (payload) => {
      const reply = answer(Buffer.from(payload), frame++);
      if (reply === null) socket.end(Buffer.concat([lengthPrefix(FRAME_BYTES, PREFIX), payload.subarray(0, 600)]));
      else socket.write(Buffer.concat([lengthPrefix(reply.length, PREFIX), reply]));
    });
    socket.on('data', (chunk) => frames.push(chunk));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = (server.address() as AddressInfo).port;
  const driver = await EchoDriver.connect(contender, port, { ...OPTIONS, frameBytes: FRAME_BYTES });
  t.after(() => {
    driver.close();
    server.close();
  });
  return driver;
}

function flip(payload: Buffer, at: number): Buffer {
  payload[at] = (payload[at] ?? 0) ^ 0xff;
  return payload;
}

describe('the client of a row', { timeout: 20_000 }, () => {
  it('accepts right answers, and tells the time before the last answer is compared', async (t) => {
    const driver = await drive(t, (payload) => payload);
    await driver.verify(3);
    let seconds = 0;
    await driver.run(5, (elapsed) => {
      seconds = elapsed;
    });
    assert.ok(seconds > 0);
    assert.deepEqual(driver.traffic().bytesReceived, 8 * (8 + FRAME_BYTES));
  });

  it('sends another payload with every verified frame', async (t) => {
    const seen = new Set<string>();
    const driver = await drive(t, (payload) => {
      seen.add(payload.toString('latin1'));
      return payload;
    });
    await driver.verify(4);
    assert.equal(seen.size, 4);
  });

  it('finds one wrong byte in a verified frame', async (t) => {
    const driver = await drive(t, (payload, frame) => (frame === 2 ? flip(payload, 777) : payload));
    await assert.rejects(driver.verify(3), /frame 2: byte 777 is \d+, sent \d+/);
  });

  it('finds an old answer inside the clock', async (t) => {
    let first: Buffer | undefined;
    const driver = await drive(t, (payload, frame) => {
      first ??= payload;
      return frame === 3 ? first : payload;
    });
    await assert.rejects(
      driver.run(5, () => assert.fail('the clock must not stop')),
      /frame 3: byte 0 is 0, sent 3/,
    );
  });

  it('finds one wrong byte between the stamps of the last frame, after the clock has stopped', async (t) => {
    const driver = await drive(t, (payload, frame) => (frame === 4 ? flip(payload, 123) : payload));
    await assert.rejects(
      driver.run(5, () => {}),
      /frame 4: byte 123 is/,
    );
  });

  it('finds an answer of another length', async (t) => {
    const driver = await drive(t, (payload, frame) => (frame === 1 ? payload.subarray(0, 900) : payload));
    await assert.rejects(
      driver.run(3, () => {}),
      /frame 1: it has 900 bytes instead of 1000/,
    );
  });

  it('says where an answer ended early', async (t) => {
    const driver = await drive(t, (payload, frame) => (frame === 1 ? null : payload));
    await assert.rejects(
      driver.run(3, () => {}),
      /frame 1: the answer ended at byte 600/,
    );
  });
});
