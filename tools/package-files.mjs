// @ts-check
// Makes packages/landfall whole for `npm pack` and `npm publish`: a current build without leftovers of sources that are
// gone, and the README and LICENSE that the repository keeps at its root. `remove` takes these two away again.
import './ensure-installed.mjs';
import { copyFileSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runStep } from './run-step.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, 'packages/landfall');

const buildTimeoutMs = 5 * 60_000;
const fromRoot = ['README.md', 'LICENSE'];

if (process.argv[2] === 'remove') {
  for (const name of fromRoot) rmSync(join(folder, name), { force: true });
} else {
  removeLeftovers();
  build();
  for (const name of fromRoot) copyFileSync(join(root, name), join(folder, name));
}

function removeLeftovers() {
  const dist = join(folder, 'dist');
  if (!existsSync(dist)) return;
  for (const file of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    const stem = /^(.*)\.(js|d\.ts)(\.map)?$/.exec(file)?.[1];
    if (stem !== undefined && !existsSync(join(folder, 'src', `${stem}.ts`))) rmSync(join(dist, file));
  }
}

function build() {
  const problem = runStep(join(root, 'node_modules', '.bin', 'tsc'), ['-b', 'packages/landfall'], buildTimeoutMs);
  if (problem !== null) throw new Error(`prepack: the build failed (${problem})`);
}
