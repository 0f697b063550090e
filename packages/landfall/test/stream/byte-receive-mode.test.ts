/** Byte streams read the same bytes where nothing can be received directly. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { isCopying, runCopying } from '../support/copying-run.js';
import { isNode } from '../support/runtime.js';
import { bytesToPeer } from './byte-streams.js';

const file = fileURLToPath(import.meta.url);
/** They have no connection. */
const WITHOUT_SOCKET: readonly string[] = ['byte-lines.test.js', 'byte-queue.test.js', 'byte-search.test.js'];

test(`a byte stream receives ${isCopying ? 'by copying, as asked for' : 'directly on Node'}`, async () => {
  await using both = await bytesToPeer();
  const mode = both.stream.transport.receiveMode;
  if (isCopying) assert.equal(mode, 'copy');
  else if (isNode) assert.equal(mode, 'direct');
});

test('byte streams do what they do where everything is copied', async () => {
  const files = readdirSync(dirname(file)).filter((name) => /^byte-.*\.test\.js$/.test(name));
  assert.ok(files.includes(basename(file)) && files.length > 8);
  const paths = files.filter((name) => !WITHOUT_SOCKET.includes(name)).map((name) => join(dirname(file), name));
  await runCopying(paths, /ok \d+ - a byte stream receives by copying, as asked for/);
});
