/** The rows of the flood: which there are, which can run here, and how they are started. */
import type { ProgramCommand } from '../harness/child.js';
import type { MissingContender } from '../harness/result.js';
import { RECEIVER_PROGRAM } from '../peers/node-programs.js';
import { findFloodPeers } from '../peers/peers.js';
import { NODE_RECEIVERS } from './node-receivers.js';

/** A receiver that can run here. */
export interface FloodContender extends ProgramCommand {
  contender: string;
  runtime: string;
}

/** What can run and what cannot. */
export interface FloodCatalogue {
  found: FloodContender[];
  missing: MissingContender[];
  /** The C program, which can send as well as receive. */
  cProgram: ProgramCommand;
}

/** Every name a row can be asked for by, in the order of a table. */
export const FLOOD_CONTENDERS: readonly string[] = [
  ...NODE_RECEIVERS,
  'it-length-prefixed',
  'bun-landfall',
  'bun-node-data',
  'deno-landfall',
  'deno-node-data',
  'c',
  'go-bufio',
  'go-peek',
  'tokio',
];

/**
 * Looks for the named rows.
 *
 * @throws {Error} There is no sender, for lack of a C compiler.
 */
export async function findFloodContenders(names: readonly string[]): Promise<FloodCatalogue> {
  const peers = await findFloodPeers();
  const cProgram = peers.found.find(({ contender }) => contender === 'c');
  if (cProgram === undefined) {
    const missing = peers.missing.find(({ contender }) => contender === 'c');
    throw new Error(`NOT RUN: this suite needs \`cc\`: ${missing?.why}; ${missing?.remedy}`);
  }
  const found = [...NODE_RECEIVERS.map(nodeReceiver), ...peers.found];
  return {
    found: names.flatMap((name) => found.filter(({ contender }) => contender === name)),
    missing: names.flatMap((name) => peers.missing.filter(({ contender }) => contender === name)),
    cProgram,
  };
}

/** A receiver that runs in Node, by its name. */
export function nodeReceiver(contender: string): FloodContender {
  const runtime = `node ${process.versions.node}`;
  return { contender, command: process.execPath, args: [RECEIVER_PROGRAM, contender], runtime };
}
