/** `peers`: makes the rows that need more than Node and the workspace. */
import { makePeers } from '../peers/peers.js';
import { parseOptions } from './arguments.js';

/** What `--help` says. */
export const peersHelp: string = `peers         makes the rows that need more than Node (C, Go, Rust, Python, Bun, Deno, npm), says which it could not`;

/** Runs the command; resolves to the exit status: 1 when something could not be made. */
export async function peers(args: string[]): Promise<number> {
  parseOptions(args, {});
  const { made, failed } = await makePeers((line) => console.error(line));
  console.log(made.length === 0 ? 'made nothing' : `made ${made.join(', ')}`);
  for (const { contender, why, remedy } of failed) console.error(`could not make ${contender}: ${why}; ${remedy}`);
  return failed.length > 0 ? 1 : 0;
}
