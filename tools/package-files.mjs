// @ts-check
// Makes packages/landfall whole for `npm pack` and `npm publish`: a current build without leftovers of sources that are
// gone, and the README and LICENSE that the repository keeps at its root. `remove` takes these two away again.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, 'packages/landfall');

const fromRoot = ['README.md', 'LICENSE'];

if (process.argv[2] === 'remove') {
  for (const name of fromRoot) rmSync(join(folder, name), { force: true });
} else {
  removeLeftovers();
  run(process.execPath, ['tools/ensure-installed.mjs']);
  run('npx', ['tsc', '-b', 'packages/landfall']);
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

/**
 * @param {string} command
 * @param {readonly string[]} args
 */
function run(command, args) {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    // stdout is npm's, which may be printing JSON.
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32' && command === 'npx',
  });
  if (status !== 0)
    throw new Error(`prepack: ${command} ${args.join(' ')} failed (${error?.message ?? `status ${status}`})`);
}
