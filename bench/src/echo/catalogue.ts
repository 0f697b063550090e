/** The rows of the echo suite: which there are, which can run here, and how they are started. */
import { NODE_CONTENDERS } from '../contenders/node-contenders.js';
import type { ProgramCommand } from '../harness/child.js';
import type { MissingContender } from '../harness/result.js';
import { ECHO_PROGRAM } from '../peers/node-programs.js';
import { findPeers } from '../peers/peers.js';

/** A row that can run here. */
export interface EchoContender extends ProgramCommand {
  contender: string;
  runtime: string;
}

/** What can run and what cannot. */
export interface EchoCatalogue {
  found: EchoContender[];
  missing: MissingContender[];
}

/** The rows in Python. */
export const PYTHON_CONTENDERS: readonly string[] = [
  'asyncio-protocol',
  'asyncio-buffered',
  'uvloop-protocol',
  'uvloop-buffered',
  'tornado-read-bytes',
  'tornado-read-into',
];

const PEER_CONTENDERS: readonly string[] = [
  'it-length-prefixed',
  'bun-landfall',
  'bun-node-data',
  'deno-landfall',
  'deno-node-data',
  'c',
  'tokio',
  ...PYTHON_CONTENDERS,
];

/** Every name a row can be asked for by, in the order of a table. */
export const ECHO_CONTENDERS: readonly string[] = [...NODE_CONTENDERS, ...PEER_CONTENDERS];

/** Looks for the named rows. Peers are looked for only when one of them is named. */
export async function findContenders(names: readonly string[]): Promise<EchoCatalogue> {
  const wantsPeers = names.some((name) => PEER_CONTENDERS.includes(name));
  const peers = wantsPeers ? await findPeers() : { found: [], missing: [] };
  const found = [...NODE_CONTENDERS.map(nodeRow), ...peers.found];
  return {
    found: names.flatMap((name) => found.filter(({ contender }) => contender === name)),
    missing: names.flatMap((name) => peers.missing.filter(({ contender }) => contender === name)),
  };
}

/**
 * The client in C, which can stand before every server.
 *
 * @throws {Error} There is none, for lack of a C compiler.
 */
export async function findCClient(): Promise<EchoContender> {
  const { found, missing } = await findContenders(['c']);
  if (found[0] !== undefined) return found[0];
  throw new Error(`NOT RUN: this needs the client in C: ${missing[0]?.why}; ${missing[0]?.remedy}`);
}

function nodeRow(contender: string): EchoContender {
  const runtime = `node ${process.versions.node}`;
  return { contender, command: process.execPath, args: [ECHO_PROGRAM, contender], runtime };
}
