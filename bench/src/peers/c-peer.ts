/** The programs in C: echoed frames, frames in one direction, and the clients of many connections and of PostgreSQL. */
import { fileURLToPath } from 'node:url';
import { ensureCompiled } from './compiled-program.js';
import type { MissingPeer, PeerCommand } from './peer.js';
import { ProgramError, runProgram } from './run-program.js';

/** A program, by the name of its source. */
export type CProgram = 'echo' | 'flood' | 'swarm' | 'discard';

const FLAGS = ['-O2', '-pthread', '-Wall', '-Wextra'];
const COMPILE_TIMEOUT_MS = 60_000;
const VERSION_TIMEOUT_MS = 5_000;
const REMEDY = 'install a C compiler that answers to `cc` (gcc or clang)';

/** A C program, compiled first if need be, or why it cannot run here. */
export async function findCPeer(program: CProgram): Promise<PeerCommand | MissingPeer> {
  const source = fileURLToPath(new URL(`../../contenders/c/${program}.c`, import.meta.url));
  const binary = fileURLToPath(new URL(`../../.peers/c/${program}`, import.meta.url));
  try {
    await ensureCompiled({
      source,
      binary,
      compile: async (fresh) => {
        await runProgram('cc', [...FLAGS, '-o', fresh, source], COMPILE_TIMEOUT_MS);
      },
    });
    const runtime = (await runProgram(binary, ['version'], VERSION_TIMEOUT_MS)).trim();
    return { contender: 'c', command: binary, args: [], runtime: `${runtime} ${FLAGS[0]}` };
  } catch (error) {
    if (error instanceof ProgramError) return { contender: 'c', why: error.message, remedy: REMEDY };
    throw error;
  }
}
