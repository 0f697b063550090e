/** The rows that run in Node, each loaded only where it is used. */
import type { CountFrames } from './counting.js';

const LOADERS: Readonly<Record<string, () => Promise<{ countFrames: CountFrames }>>> = {
  landfall: () => import('./landfall.js'),
  'landfall-batches': () => import('./landfall-batches.js'),
  'landfall-iteration': () => import('./landfall-iteration.js'),
  'node-data': () => import('./node-data.js'),
};

/** The names of the rows, in the order of a table. */
export const NODE_RECEIVERS: readonly string[] = Object.keys(LOADERS);

/** The row of that name; undefined when there is none. */
export async function loadNodeReceiver(name: string): Promise<CountFrames | undefined> {
  const load = Object.hasOwn(LOADERS, name) ? LOADERS[name] : undefined;
  return load === undefined ? undefined : (await load()).countFrames;
}
