/**
 * The contender in C. It is compiled where it is used: a binary older than its source, or none, is made anew, beside
 * the old one and then moved over it, so that two processes may do so at once.
 */
import { mkdir, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PeerCommand } from './peer.js';
import { runProgram } from './run-program.js';

const FLAGS = ['-O2', '-pthread', '-Wall', '-Wextra'];
const COMPILE_TIMEOUT_MS = 60_000;
const VERSION_TIMEOUT_MS = 5_000;

const source = fileURLToPath(new URL('../../contenders/c/echo.c', import.meta.url));
const binary = fileURLToPath(new URL('../../.peers/c/echo', import.meta.url));

/** How to get this peer where it is missing. */
export const C_REMEDY = 'install a C compiler that answers to `cc` (gcc or clang)';

/** The C program, compiled first if need be; rejects with a `ProgramError` when that cannot be done. */
export async function findCPeer(): Promise<PeerCommand> {
  if ((await modifiedMs(binary)) <= (await modifiedMs(source))) await compile();
  const runtime = (await runProgram(binary, ['version'], VERSION_TIMEOUT_MS)).trim();
  return { contender: 'c', command: binary, args: [], runtime: `${runtime} ${FLAGS[0]}` };
}

async function compile(): Promise<void> {
  const fresh = `${binary}.${process.pid}`;
  await mkdir(dirname(binary), { recursive: true });
  await runProgram('cc', [...FLAGS, '-o', fresh, source], COMPILE_TIMEOUT_MS);
  await rename(fresh, binary);
}

/** Zero for a file that is not there. */
async function modifiedMs(path: string): Promise<number> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  return found?.mtimeMs ?? 0;
}
