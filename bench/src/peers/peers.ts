/**
 * The contenders that are not Node programs: which of them can run here, and how to make the others. All of them keep
 * the contract of bench/README.md.
 */
import { C_REMEDY, findCPeer } from './c-peer.js';
import type { MissingPeer, PeerCommand } from './peer.js';
import { findPythonPeers, makePythonPeers } from './python-peers.js';
import { ProgramError } from './run-program.js';

export type { MissingPeer, PeerCommand } from './peer.js';

/** Looks at this machine and compiles the C program if its binary is missing or old; needs no network. */
export async function findPeers(): Promise<{ found: PeerCommand[]; missing: MissingPeer[] }> {
  const [c, python] = await Promise.all([tryC(), findPythonPeers()]);
  return {
    found: 'why' in c ? python.found : [c, ...python.found],
    missing: 'why' in c ? [c, ...python.missing] : python.missing,
  };
}

/** Makes what `findPeers` can use: compiles, and installs the pinned Python packages; `log` gets each step. */
export async function makePeers(log: (line: string) => void): Promise<{ made: string[]; failed: MissingPeer[] }> {
  log('compiling the C program');
  const c = await tryC();
  const python = await makePythonPeers(log);
  return {
    made: 'why' in c ? python.made : [c.contender, ...python.made],
    failed: 'why' in c ? [c, ...python.failed] : python.failed,
  };
}

async function tryC(): Promise<PeerCommand | MissingPeer> {
  try {
    return await findCPeer();
  } catch (error) {
    if (error instanceof ProgramError) return { contender: 'c', why: error.message, remedy: C_REMEDY };
    throw error;
  }
}
