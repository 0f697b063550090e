/**
 * The contenders that are not Node programs: which of them can run here, and how to make the others. All of them keep
 * the contracts of bench/README.md.
 */
import { findCPeer } from './c-peer.js';
import { findGoPeers } from './go-peers.js';
import type { MissingPeer, PeerCommand } from './peer.js';
import { findPythonPeers, makePythonPeers } from './python-peers.js';

export type { MissingPeer, PeerCommand } from './peer.js';

/** What can run and what cannot. */
export interface Peers {
  found: PeerCommand[];
  missing: MissingPeer[];
}

/** The peers of the echo suite. Compiles the C program if its binary is missing or old; needs no network. */
export async function findPeers(): Promise<Peers> {
  const [c, python] = await Promise.all([findCPeer('echo'), findPythonPeers()]);
  return joined(asPeers(c), python);
}

/** The receivers of the flood suite, of which `c` can send too. Compiles what is missing or old; needs no network. */
export async function findFloodPeers(): Promise<Peers> {
  const [c, go] = await Promise.all([findCPeer('flood'), findGoPeers()]);
  return joined(asPeers(c), go);
}

/** Makes what `findPeers` and `findFloodPeers` can use: compiles, and installs the pinned Python packages; `log` gets each step. */
export async function makePeers(log: (line: string) => void): Promise<{ made: string[]; failed: MissingPeer[] }> {
  log('compiling the C programs');
  const [echo, flood] = [await findCPeer('echo'), await findCPeer('flood')];
  log('compiling the Go program');
  const compiled = joined(asPeers('why' in echo ? echo : flood), await findGoPeers());
  const python = await makePythonPeers(log);
  return {
    made: [...compiled.found.map(({ contender }) => contender), ...python.made],
    failed: [...compiled.missing, ...python.failed],
  };
}

function asPeers(peer: PeerCommand | MissingPeer): Peers {
  return 'why' in peer ? { found: [], missing: [peer] } : { found: [peer], missing: [] };
}

function joined(left: Peers, right: Peers): Peers {
  return { found: [...left.found, ...right.found], missing: [...left.missing, ...right.missing] };
}
