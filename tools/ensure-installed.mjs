// @ts-check
// Installs the workspace's dependencies when they are missing or not those of the lock file, so that every command of
// README works as the first one typed on a fresh clone. Quick when there is nothing to do: it compares two files, the
// lock file and the record that npm keeps of what it installed.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runStep } from './run-step.mjs';

/** Above what a slow network takes. */
const installTimeoutMs = 15 * 60_000;

const root = fileURLToPath(new URL('..', import.meta.url));

/** @typedef {Record<string, { version?: string, link?: boolean, optional?: boolean }>} Packages */

/**
 * @param {string} file
 * @returns {Packages}
 */
function packagesOf(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : {};
}

function isCurrent() {
  const installed = packagesOf(`${root}node_modules/.package-lock.json`);
  return Object.entries(packagesOf(`${root}package-lock.json`)).every(([path, { version, link, optional }]) => {
    if (!path.includes('node_modules/')) return true;
    const there = installed[path];
    // An optional one is there only where it fits the machine.
    return there === undefined ? optional === true : there.version === version && there.link === link;
  });
}

if (!isCurrent()) {
  console.error('landfall: installing dependencies (npm ci) …');
  const problem = runStep('npm', ['ci', '--no-audit', '--no-fund'], installTimeoutMs);
  if (problem !== null) {
    console.error(`landfall: npm ci failed (${problem})`);
    process.exit(1);
  }
}
