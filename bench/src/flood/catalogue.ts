/** The rows of the flood: which there are, which can run here, and how they are started. */
import { fileURLToPath } from 'node:url';
import type { ProgramCommand } from '../harness/child.js';
import type { MissingContender } from '../harness/result.js';
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
export const FLOOD_CONTENDERS: readonly string[] = [...NODE_RECEIVERS, 'c', 'go-bufio', 'go-peek'];

const NODE_PROGRAM = fileURLToPath(new URL('./receiver.js', import.meta.url));

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
  const found = [...NODE_RECEIVERS.map(nodeRow), ...peers.found];
  return {
    found: names.flatMap((name) => found.filter(({ contender }) => contender === name)),
    missing: names.flatMap((name) => peers.missing.filter(({ contender }) => contender === name)),
    cProgram,
  };
}

function nodeRow(contender: string): FloodContender {
  const runtime = `node ${process.versions.node}`;
  return { contender, command: process.execPath, args: [NODE_PROGRAM, contender], runtime };
}
