// Installs the workspace's dependencies when they are missing or older than the lock file, so that every command of
// README works as the first one typed on a fresh clone. Quick when there is nothing to do: it compares two files.
import { spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const lock = `${root}package-lock.json`;
const installed = `${root}node_modules/.landfall-lock.json`;

function isCurrent() {
  try {
    return readFileSync(lock, 'utf8') === readFileSync(installed, 'utf8');
  } catch {
    return false;
  }
}

if (!isCurrent()) {
  console.error('landfall: installing dependencies (npm ci) …');
  const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (npm.error || npm.status !== 0) {
    console.error(`landfall: npm ci failed (${npm.error?.message ?? `exit status ${npm.status}`})`);
    process.exit(1);
  }
  copyFileSync(lock, installed);
}
