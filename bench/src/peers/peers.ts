/**
 * The contenders that need more than Node and the workspace: which of them can run here, and how to make the others. All of them keep
 * the contracts of bench/README.md.
 */
import { findAsyncpgPeers } from './asyncpg-peers.js';
import { findCPeer } from './c-peer.js';
import { findGoPeers } from './go-peers.js';
import { findEchoPackage, findFloodPackage, makeNpmPeers } from './npm-peers.js';
import type { MissingPeer, PeerCommand } from './peer.js';
import { findPgxPeer, makePgxPeer } from './pgx-peer.js';
import { findPythonPeers, makePythonPeers } from './python-peers.js';
import { findEchoRuntimes, findFloodRuntimes, makeRuntimePeers } from './runtime-peers.js';
import { findRustPeer, makeRustPeer } from './rust-peers.js';

export type { MissingPeer, PeerCommand } from './peer.js';

/** What can run and what cannot. */
export interface Peers {
  found: PeerCommand[];
  missing: MissingPeer[];
}

/** The peers of the echo suite. Compiles the C program if its binary is missing or old; needs no network. */
export async function findPeers(): Promise<Peers> {
  const [c, rust, python, npm, runtimes] = await Promise.all([
    findCPeer('echo'),
    findRustPeer(),
    findPythonPeers(),
    findEchoPackage(),
    findEchoRuntimes(),
  ]);
  return joined(asPeers(npm), runtimes, asPeers(c), asPeers(rust), python);
}

/** The receivers of the flood suite, of which `c` can send too. Compiles what is missing or old; needs no network. */
export async function findFloodPeers(): Promise<Peers> {
  const [c, go, rust, npm, runtimes] = await Promise.all([
    findCPeer('flood'),
    findGoPeers(),
    findRustPeer(),
    findFloodPackage(),
    findFloodRuntimes(),
  ]);
  return joined(asPeers(npm), runtimes, asPeers(c), go, asPeers(rust));
}

/** The clients of the PostgreSQL suite that are not Node programs. Compiles the C program if need be; needs no network. */
export async function findPostgresPeers(): Promise<Peers> {
  const [asyncpg, pgx, c] = await Promise.all([findAsyncpgPeers(), findPgxPeer(), findCPeer('discard')]);
  return joined(asyncpg, asPeers(pgx), asPeers({ ...c, contender: 'discard' }));
}

/** The client of many connections; it is a program in C like the others, and no contender. */
export function findSwarm(): Promise<PeerCommand | MissingPeer> {
  return findCPeer('swarm');
}

/** Makes what can be used here: compiles, and installs the pinned packages; `log` gets each step. */
export async function makePeers(log: (line: string) => void): Promise<{ made: string[]; failed: MissingPeer[] }> {
  log('compiling the C programs');
  await findCPeer('swarm');
  log('compiling the Go program');
  await findGoPeers();
  // Those that could not be made say why; what only looks for them says no more than that they are not there.
  const failed = [
    ...present(await makeRustPeer(log)),
    ...present(await makePgxPeer(log)),
    ...present(await makeNpmPeers(log)),
    ...(await makeRuntimePeers(log)),
    ...(await makePythonPeers(log)).failed,
  ];
  const { found, missing } = joined(await findPeers(), await findFloodPeers(), await findPostgresPeers());
  const isNew = ({ contender }: MissingPeer): boolean => failed.every((each) => each.contender !== contender);
  const unnamed = missing.filter((peer, at) => isNew(peer) && indexOf(missing, peer.contender) === at);
  return { made: [...new Set(found.map(({ contender }) => contender))], failed: [...failed, ...unnamed] };
}

function present<T>(value: T | null): T[] {
  return value === null ? [] : [value];
}

function indexOf(peers: readonly MissingPeer[], name: string): number {
  return peers.findIndex(({ contender }) => contender === name);
}

function asPeers(peer: PeerCommand | MissingPeer): Peers {
  return 'why' in peer ? { found: [], missing: [peer] } : { found: [peer], missing: [] };
}

function joined(...parts: readonly Peers[]): Peers {
  return { found: parts.flatMap(({ found }) => found), missing: parts.flatMap(({ missing }) => missing) };
}
