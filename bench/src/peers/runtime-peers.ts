/**
 * The contenders that are other runtimes for JavaScript: Bun and Deno run the programs of the rows `landfall` and
 * `node-data`. Their binaries are those that `npm run test:nodes -- bun deno` fetches from npm.
 */
import { fileURLToPath } from 'node:url';
import { ECHO_PROGRAM, RECEIVER_PROGRAM } from './node-programs.js';
import type { MissingPeer, PeerCommand } from './peer.js';
import { ProgramError, runProgram } from './run-program.js';

const KINDS = ['bun', 'deno'] as const;
const ROWS = ['landfall', 'node-data'] as const;
const FIND_TIMEOUT_MS = 60_000;
/** Each binary has some hundred megabytes. */
const FETCH_TIMEOUT_MS = 600_000;
const REMEDY = 'run `npm run bench:peers`';

const tool = fileURLToPath(new URL('../../../tools/fetch-runtimes.mjs', import.meta.url));
const cache = fileURLToPath(new URL('../../../.nodes/deno-cache', import.meta.url));

/** What the tool says of each runtime. */
interface Runtime {
  kind: (typeof KINDS)[number];
  binary: string;
  version: string;
}

/** The rows of both runtimes in the echo suite. */
export function findEchoRuntimes(): Promise<{ found: PeerCommand[]; missing: MissingPeer[] }> {
  return find(ECHO_PROGRAM);
}

/** The rows of both runtimes in the flood. */
export function findFloodRuntimes(): Promise<{ found: PeerCommand[]; missing: MissingPeer[] }> {
  return find(RECEIVER_PROGRAM);
}

/** Fetches what is not there yet. Resolves to what could not be fetched. */
export async function makeRuntimePeers(log: (line: string) => void): Promise<MissingPeer[]> {
  const missing: MissingPeer[] = [];
  for (const kind of KINDS) {
    log(`fetching ${kind}, unless it is here`);
    try {
      await runProgram(process.execPath, [tool, kind], FETCH_TIMEOUT_MS);
    } catch (error) {
      if (!(error instanceof ProgramError)) throw error;
      missing.push(...missingRows(kind, error.message, 'check the network and run `npm run bench:peers` again'));
    }
  }
  return missing;
}

async function find(program: string): Promise<{ found: PeerCommand[]; missing: MissingPeer[] }> {
  const runtimes = JSON.parse(
    await runProgram(process.execPath, [tool, '--installed', ...KINDS], FIND_TIMEOUT_MS),
  ) as Runtime[];
  return {
    found: runtimes.flatMap((runtime) => ROWS.map((row) => asCommand(runtime, row, program))),
    missing: KINDS.filter((kind) => runtimes.every((runtime) => runtime.kind !== kind)).flatMap((kind) =>
      missingRows(kind, `${kind} is not here`, REMEDY),
    ),
  };
}

function missingRows(kind: string, why: string, remedy: string): MissingPeer[] {
  return ROWS.map((row) => ({ contender: `${kind}-${row}`, why, remedy }));
}

function asCommand({ kind, binary, version }: Runtime, row: string, program: string): PeerCommand {
  const contender = `${kind}-${row}`;
  const runtime = `${kind} ${version}`;
  if (kind === 'bun') return { contender, command: binary, args: [program, row], runtime };
  const options = ['run', '--allow-all', '--no-check', '--no-lock', '--no-remote', '--node-modules-dir=manual'];
  const env = { DENO_DIR: cache, DENO_NO_UPDATE_CHECK: '1' };
  return { contender, command: binary, args: [...options, program, row], env, runtime };
}
