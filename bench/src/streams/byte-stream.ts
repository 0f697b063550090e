/** The rows on `ByteStream`: `readLine`, `readExactly`, `readInto` and `readUntil`. */
import type { AddressInfo } from 'node:net';
import { type ByteStream, IncompleteError, serveStreams } from 'landfall';
import { readLength } from '../contenders/prefix.js';
import { FRAME_LENGTH } from './items.js';
import type { ReaderOptions, ServeReader } from './reader.js';
import type { Tally } from './tally.js';

async function serveItems(
  { itemBytes, begin }: ReaderOptions,
  readAll: (stream: ByteStream, tally: Tally, itemBytes: number) => Promise<void>,
): Promise<number> {
  const server = await serveStreams({ host: '127.0.0.1', port: 0 }, async (stream) => {
    const sitting = begin();
    try {
      await readAll(stream, sitting.tally, itemBytes);
      sitting.ended(stream.transport.stats());
    } catch (error) {
      sitting.failed(error as Error);
    }
  });
  return (server.address as AddressInfo).port;
}

/** Null where the stream ended in place of what was to be read. */
async function unlessEnded<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof IncompleteError && error.bytesRead === 0) return null;
    throw error;
  }
}

/** `readLine()`. */
export const serveReadLine: ServeReader = (options) =>
  serveItems(options, async (stream, tally) => {
    for (let line = await stream.readLine(); line !== null; line = await stream.readLine()) tally.text(line);
  });

/** `readExactly` of the header, `readExactly` of the body: memory of its own for each. */
export const serveReadExactly: ServeReader = (options) =>
  serveItems(options, async (stream, tally, itemBytes) => {
    for (;;) {
      const header = await unlessEnded(stream.readExactly(FRAME_LENGTH.lengthBytes));
      if (header === null) return;
      const body = await stream.readExactly(readLength(header, 0, FRAME_LENGTH, itemBytes));
      tally.view(body, 0, body.length);
    }
  });

/** `readInto` of the header, `readInto` of the body: the same memory for all. */
export const serveReadInto: ServeReader = (options) =>
  serveItems(options, async (stream, tally, itemBytes) => {
    const header = Buffer.alloc(FRAME_LENGTH.lengthBytes);
    const body = Buffer.alloc(itemBytes);
    while ((await unlessEnded(stream.readInto(header))) !== null) {
      const bytes = readLength(header, 0, FRAME_LENGTH, itemBytes);
      await stream.readInto(body.subarray(0, bytes));
      tally.view(body, 0, bytes);
    }
  });

/** `readUntil` a line feed. */
export const serveReadUntil: ServeReader = (options) =>
  serveItems(options, async (stream, tally, itemBytes) => {
    for (;;) {
      const item = await unlessEnded(stream.readUntil('\n', { limitBytes: itemBytes }));
      if (item === null) return;
      tally.view(item, 0, item.length - 1);
    }
  });

/** `readInto` that waits when its bytes come: it is there first, and then asks for them. */
export const serveIdle: ServeReader = (options) =>
  serveItems(options, async (stream, tally, itemBytes) => {
    const body = Buffer.alloc(itemBytes);
    for (;;) {
      const reading = unlessEnded(stream.readInto(body));
      stream.write('!');
      if ((await reading) === null) return;
      tally.view(body, 0, itemBytes);
    }
  });
