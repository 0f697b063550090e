/** The contract of byte streams holds in both ways of receiving. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { StreamLink } from '../../dist/testing/stream/link.js';
import { isCopying, runCopying } from '../support/copying-run.js';
import { connecting, streamOver } from '../support/kinds.js';
import { isNode } from '../support/runtime.js';

const file = fileURLToPath(import.meta.url);

test(`what the contract is tried on receives ${isCopying ? 'by copying, as asked for' : 'directly on Node'}`, async () => {
  const link = new StreamLink(streamOver(connecting('TCP')));
  const { stream } = await link.open();
  const { receiveMode } = stream.transport;
  if (isCopying) assert.equal(receiveMode, 'copy');
  else if (isNode) assert.equal(receiveMode, 'direct');
  await link.close();
});

test('the whole contract of byte streams holds where everything is copied', async () => {
  // What is in memory is copied anyway.
  const isMeant = (name: string): boolean => /^streams-.*\.test\.js$/.test(name) && !name.includes('-memory');
  const files = readdirSync(dirname(file)).filter(isMeant);
  assert.ok(files.includes(basename(file)) && files.length > 3);
  const paths = files.map((name) => join(dirname(file), name));
  await runCopying(paths, /ok \d+ - what the contract is tried on receives by copying, as asked for/);
});
