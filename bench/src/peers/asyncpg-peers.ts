/**
 * The contenders on asyncpg and uvloop: `asyncpg` in the virtual environment that `bench:peers` makes, and `asyncpg-debian`
 * where Debian's own Python has both packages.
 */
import { fileURLToPath } from 'node:url';
import type { MissingPeer, PeerCommand } from './peer.js';
import { environmentPython, PACKAGE_REMEDY, probe } from './python-peers.js';

const program = fileURLToPath(new URL('../../contenders/python/postgres.py', import.meta.url));

const ROWS = [
  { contender: 'asyncpg', command: environmentPython, remedy: PACKAGE_REMEDY },
  {
    contender: 'asyncpg-debian',
    command: '/usr/bin/python3',
    remedy: 'on Debian and Ubuntu: apt-get install python3-asyncpg python3-uvloop',
  },
] as const;

/** The name of the row that not every system can have. */
export const DEBIAN_ROW: string = ROWS[1].contender;

/** Both rows, each as a command or as missing. */
export async function findAsyncpgPeers(): Promise<{ found: PeerCommand[]; missing: MissingPeer[] }> {
  const found: PeerCommand[] = [];
  const missing: MissingPeer[] = [];
  for (const { contender, command, remedy } of ROWS) {
    const interpreter = await probe(command);
    if (typeof interpreter === 'string') missing.push({ contender, why: interpreter, remedy });
    else if (interpreter.asyncpg === null || interpreter.uvloop === null)
      missing.push({ contender, why: `${command} has not both asyncpg and uvloop`, remedy });
    else {
      const { python, asyncpg, uvloop } = interpreter;
      const runtime = `python ${python}, asyncpg ${asyncpg}, uvloop ${uvloop}`;
      // -B: no compiled files beside the sources.
      found.push({ contender, command, args: ['-B', program], runtime });
    }
  }
  return { found, missing };
}
