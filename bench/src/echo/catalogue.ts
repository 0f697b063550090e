/** The rows of the echo suite: which there are, which can run here, and how they are started. */
import { fileURLToPath } from 'node:url';
import { NODE_CONTENDERS } from '../contenders/node-contenders.js';
import type { ProgramCommand } from '../harness/child.js';
import type { MissingContender } from '../harness/result.js';
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

const PEER_CONTENDERS: readonly string[] = [
  'c',
  'asyncio-protocol',
  'asyncio-buffered',
  'uvloop-protocol',
  'uvloop-buffered',
  'tornado-read-bytes',
  'tornado-read-into',
];

/** Every name a row can be asked for by, in the order of a table. */
export const ECHO_CONTENDERS: readonly string[] = [...NODE_CONTENDERS, ...PEER_CONTENDERS];

const NODE_PROGRAM = fileURLToPath(new URL('../contenders/main.js', import.meta.url));

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

function nodeRow(contender: string): EchoContender {
  const runtime = `node ${process.versions.node}`;
  return { contender, command: process.execPath, args: [NODE_PROGRAM, contender], runtime };
}
