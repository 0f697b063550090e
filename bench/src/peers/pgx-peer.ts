/**
 * The contender pgx, in Go. `bench:peers` builds it; whoever only looks for it takes what was built, because a build may
 * have to download modules.
 */
import { existsSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MissingPeer, PeerCommand } from './peer.js';
import { ProgramError, runProgram } from './run-program.js';

const CONTENDER = 'pgx';
const BUILD_TIMEOUT_MS = 300_000;
const VERSION_TIMEOUT_MS = 5_000;
const REMEDY = 'install Go (so that `go` is on PATH) and run `npm run bench:peers`';

const folder = new URL('../../contenders/go/pgx/', import.meta.url);
const binary = fileURLToPath(new URL('../../.peers/go/pgx', import.meta.url));

/** The row, or why it cannot run here. */
export async function findPgxPeer(): Promise<PeerCommand | MissingPeer> {
  const missing = (why: string): MissingPeer => ({ contender: CONTENDER, why, remedy: REMEDY });
  if (!existsSync(binary)) return missing('its program is not built');
  if (await isOld()) return missing('its program is older than its source');
  const runtime = (await runProgram(binary, ['version'], VERSION_TIMEOUT_MS)).trim();
  return { contender: CONTENDER, command: binary, args: [], runtime };
}

/** Builds it as its sums say. Resolves to why that failed, or null. */
export async function makePgxPeer(log: (line: string) => void): Promise<MissingPeer | null> {
  if (existsSync(binary) && !(await isOld())) return null;
  log('building the Go program on pgx, and downloading its modules where they are not here');
  try {
    await mkdir(dirname(binary), { recursive: true });
    // Workspaces and other toolchains of the user are none of this build's.
    const environment = { ...process.env, GOWORK: 'off', GOFLAGS: '', GOTOOLCHAIN: 'local', CGO_ENABLED: '0' };
    const args = ['-C', fileURLToPath(folder), 'build', '-mod=readonly', '-o', binary, '.'];
    await runProgram('go', args, BUILD_TIMEOUT_MS, environment);
    return null;
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    return { contender: CONTENDER, why: error.message, remedy: REMEDY };
  }
}

/** Whether a source was changed after the program was built. */
async function isOld(): Promise<boolean> {
  const { mtimeMs: builtMs } = await stat(binary);
  const sources = await Promise.all(['main.go', 'go.mod', 'go.sum'].map((name) => stat(new URL(name, folder))));
  return sources.some(({ mtimeMs }) => mtimeMs > builtMs);
}
