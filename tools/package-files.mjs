// @ts-check
// Makes the package that npm runs this in whole for `npm pack` and `npm publish`: a current build without leftovers of
// sources that are gone, and those of the root's files that are named. `remove` takes these away again.
import './ensure-installed.mjs';
import { copyFileSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runStep } from './run-step.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
/** npm runs a package's scripts in its folder. */
const folder = process.cwd();

const buildTimeoutMs = 5 * 60_000;
const [task, ...fromRoot] = process.argv.slice(2);

if (task === 'remove') {
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
  const problem = runStep(join(root, 'node_modules', '.bin', 'tsc'), ['-b', folder], buildTimeoutMs);
  if (problem !== null) throw new Error(`prepack: the build failed (${problem})`);
}
