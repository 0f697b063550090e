/** The contract holds in both ways of receiving: straight into lent memory, and by copying. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { LINKS, onLinks } from '../support/connections.js';
import { isCopying, runCopying } from '../support/copying-run.js';
import { isNode } from '../support/runtime.js';

const file = fileURLToPath(import.meta.url);

onLinks(
  LINKS,
  `receiving is ${isCopying ? 'by copying' : 'direct'} on Node${isCopying ? ', as asked for' : ''}`,
  async (link) => {
    await using pair = await link.open(link.record());
    const mode = pair.transport.receiveMode;
    if (isCopying) assert.equal(mode, 'copy');
    else if (isNode) assert.equal(mode, 'direct');
    // Other runtimes have Node’s interface, and not what is behind it.
    else assert.ok(mode === 'direct' || mode === 'copy');
  },
);

test('the whole contract holds where everything is copied', async () => {
  // What is in memory is copied anyway, and byte streams have a run of their own.
  const isOther = (name: string): boolean => !/^over-memory|^streams-/.test(name);
  const files = readdirSync(dirname(file)).filter((name) => name.endsWith('.test.js') && isOther(name));
  const paths = files.map((name) => join(dirname(file), name));
  assert.ok(files.includes(basename(file)) && files.length > 5);
  await runCopying(paths, /ok \d+ - receiving is by copying on Node, as asked for/);
});
