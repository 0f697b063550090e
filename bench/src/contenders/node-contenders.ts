/** The rows that run in Node, each loaded only where it is used. */
import type { Contender } from './contender.js';

const LOADERS: Readonly<Record<string, () => Promise<{ contender: Contender }>>> = {
  landfall: () => import('./landfall.js'),
  'landfall-protocol': () => import('./landfall-protocol.js'),
  'landfall-fresh': () => import('./landfall-fresh.js'),
  'landfall-reused': () => import('./landfall-reused.js'),
  'node-data': () => import('./node-data.js'),
  'node-web': () => import('./node-web.js'),
};

/** The names of the rows, in the order of a table. */
export const NODE_CONTENDERS: readonly string[] = Object.keys(LOADERS);

/** The row of that name; undefined when there is none. */
export async function loadNodeContender(name: string): Promise<Contender | undefined> {
  const load = Object.hasOwn(LOADERS, name) ? LOADERS[name] : undefined;
  return load === undefined ? undefined : (await load()).contender;
}
