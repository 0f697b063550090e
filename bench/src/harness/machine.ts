/** What the figures are measured on. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import os from 'node:os';
import { promisify } from 'node:util';
import type { Machine } from './result.js';

const REPOSITORY = new URL('../../../', import.meta.url);
const GIT_DEADLINE_MS = 5000;

/** Describes this machine and this working tree. */
export async function describeMachine(): Promise<Machine> {
  const manifest = await readFile(new URL('packages/landfall/package.json', REPOSITORY), 'utf8');
  return {
    cpu: os.cpus()[0]?.model.trim() ?? 'unknown',
    cores: os.availableParallelism(),
    memoryBytes: os.totalmem(),
    system: `${os.type()} ${os.release()}`,
    architecture: os.arch(),
    node: process.versions.node,
    landfall: (JSON.parse(manifest) as { version: string }).version,
    commit: await currentCommit(),
  };
}

async function currentCommit(): Promise<string | null> {
  const hash = await git('rev-parse', '--short', 'HEAD');
  if (hash === null) return null;
  const changes = await git('status', '--porcelain');
  return changes === '' ? hash : `${hash}+`;
}

/** The output of a git command; null where there is no git, no repository or no commit. */
async function git(...args: string[]): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)('git', args, { cwd: REPOSITORY, timeout: GIT_DEADLINE_MS });
    return stdout.trim();
  } catch {
    return null;
  }
}
