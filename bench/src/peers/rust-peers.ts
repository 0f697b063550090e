/**
 * The contenders in Rust: one crate on tokio and its codec. `bench:peers` builds it; whoever only looks for it takes what
 * was built, because a build takes a while and may have to download.
 */
import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { MissingPeer, PeerCommand } from './peer.js';
import { ProgramError, runProgram } from './run-program.js';

const CONTENDER = 'tokio';
/** Two cores take half a minute for all crates, and a slow network a few more. */
const BUILD_TIMEOUT_MS = 300_000;
const REMEDY = 'install Rust (so that `cargo` is on PATH) and run `npm run bench:peers`';

const crate = new URL('../../contenders/rust/', import.meta.url);
const target = new URL('../../.peers/rust/target/', import.meta.url);
const binary = new URL('release/tokio-frames', target);

/** The row, echoing and counting with the same program; or why it cannot run here. */
export async function findRustPeer(): Promise<PeerCommand | MissingPeer> {
  if (!existsSync(binary)) return { contender: CONTENDER, why: 'its program is not built', remedy: REMEDY };
  if (await isOld()) return { contender: CONTENDER, why: 'its program is older than its source', remedy: REMEDY };
  const lock = await readFile(new URL('Cargo.lock', crate), 'utf8');
  const runtime = ['tokio', 'tokio-util'].map((name) => `${name} ${lockedVersion(lock, name)}`).join(', ');
  return { contender: CONTENDER, command: fileURLToPath(binary), args: [], runtime };
}

/** Builds it as its lock file says, at first without the network. Resolves to why that failed, or null. */
export async function makeRustPeer(log: (line: string) => void): Promise<MissingPeer | null> {
  log('building the Rust program');
  const manifest = fileURLToPath(new URL('Cargo.toml', crate));
  const args = ['build', '--release', '--locked', '--quiet', '--manifest-path', manifest];
  const environment = { ...process.env, CARGO_TARGET_DIR: fileURLToPath(target) };
  const build = (more: string[]): Promise<string> =>
    runProgram('cargo', [...args, ...more], BUILD_TIMEOUT_MS, environment);
  try {
    await build(['--offline']).catch((error: ProgramError) => {
      if (error.isMissing) throw error;
      log('… and downloading the crates that it needs');
      return build([]);
    });
    return null;
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    return { contender: CONTENDER, why: error.message, remedy: REMEDY };
  }
}

/** Whether a source was changed after the program was built. */
async function isOld(): Promise<boolean> {
  const { mtimeMs: builtMs } = await stat(binary);
  const sources = (await readdir(new URL('src/', crate))).map((name) => new URL(`src/${name}`, crate));
  const changed = await Promise.all([...sources, new URL('Cargo.lock', crate)].map((file) => stat(file)));
  return changed.some(({ mtimeMs }) => mtimeMs > builtMs);
}

function lockedVersion(lock: string, name: string): string {
  return lock.match(new RegExp(`name = "${name}"\\nversion = "([^"]+)"`))?.[1] ?? '?';
}
