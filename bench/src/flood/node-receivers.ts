/** The receivers of frames in one direction that run in Node, each loaded only where it is used. */
import type { CountFrames } from './counting.js';

type Loaders = Readonly<Record<string, () => Promise<{ countFrames: CountFrames }>>>;

const LOADERS: Loaders = {
  landfall: () => import('./landfall.js'),
  'landfall-views': () => import('./landfall-views.js'),
  'landfall-batches': () => import('./landfall-batches.js'),
  'landfall-iteration': () => import('./landfall-iteration.js'),
  'node-data': () => import('./node-data.js'),
};

/** Those of the memory suite: they keep the last frames, each in its way. */
const KEEPING_LOADERS: Loaders = {
  'landfall-leased': () => import('../memory/landfall-leased.js'),
  'landfall-fresh': () => import('../memory/landfall-fresh.js'),
  'landfall-stream-leased': () => import('../memory/landfall-stream-leased.js'),
  'node-data-kept': () => import('../memory/node-data-kept.js'),
};

/** Rows of the flood on packages of npm that are no dependencies of the workspace. */
const PACKAGE_LOADERS: Loaders = { 'it-length-prefixed': () => import('./it-length-prefixed.js') };

/** The names of the rows of the flood that need nothing else, in the order of a table. */
export const NODE_RECEIVERS: readonly string[] = Object.keys(LOADERS);

/** The names of the rows of the memory suite, likewise. The first one keeps nothing. */
export const MEMORY_RECEIVERS: readonly string[] = ['landfall', ...Object.keys(KEEPING_LOADERS)];

/** The row of that name; undefined when there is none. */
export async function loadNodeReceiver(name: string): Promise<CountFrames | undefined> {
  const all = { ...LOADERS, ...KEEPING_LOADERS, ...PACKAGE_LOADERS };
  const load = Object.hasOwn(all, name) ? all[name] : undefined;
  return load === undefined ? undefined : (await load()).countFrames;
}
