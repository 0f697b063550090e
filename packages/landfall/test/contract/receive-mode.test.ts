/** The contract holds in both ways of receiving: straight into lent memory, and by copying. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { LINKS, onLinks } from '../support/connections.js';
import { isNode } from '../support/runtime.js';
import { within } from '../support/waiting.js';

const RUN_TIMEOUT_MS = 120_000;

const file = fileURLToPath(import.meta.url);
const isCopying = process.env['LANDFALL_RECEIVE'] === 'copy';

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
  if (isCopying) return;
  if (!isNode)
    return console.log('skipped: only Node runs its tests in a process of their own; this one receives as it can');
  const files = readdirSync(dirname(file)).filter((name) => name.endsWith('.test.js'));
  const paths = files.map((name) => join(dirname(file), name));
  assert.ok(files.includes(basename(file)) && files.length > 5);
  // Without this variable of the test runner's, which would keep the inner one from running anything.
  const { NODE_TEST_CONTEXT: _context, ...env } = process.env;
  const child = spawn(process.execPath, ['--test', '--test-reporter=tap', ...paths], {
    env: { ...env, LANDFALL_RECEIVE: 'copy' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
  try {
    const [status] = await within('the copying run', once(child, 'close'), RUN_TIMEOUT_MS);
    const text = Buffer.concat(output).toString();
    const failures = text.split('\n').filter((line) => /^not ok /.test(line));
    assert.equal(status, 0, failures.join('\n') || text.slice(-4000));
    assert.match(text, /ok \d+ - receiving is by copying on Node, as asked for/);
  } finally {
    child.kill();
  }
});
