/** The rows that run in Node, each loaded only where it is used. */
import type { Contender } from './contender.js';

type Loaders = Readonly<Record<string, () => Promise<{ contender: Contender }>>>;

const LOADERS: Loaders = {
  landfall: () => import('./landfall.js'),
  'landfall-protocol': () => import('./landfall-protocol.js'),
  'landfall-fresh': () => import('./landfall-fresh.js'),
  'landfall-reused': () => import('./landfall-reused.js'),
  'landfall-stream': () => import('./landfall-stream.js'),
  'node-data': () => import('./node-data.js'),
  'node-web': () => import('./node-web.js'),
};

/** Rows on packages of npm that are no dependencies of the workspace. */
const PACKAGE_LOADERS: Loaders = { 'it-length-prefixed': () => import('./it-length-prefixed.js') };

/** The names of the rows that need nothing else, in the order of a table. */
export const NODE_CONTENDERS: readonly string[] = Object.keys(LOADERS);

/** The row of that name, also one on a package that has to be installed first; undefined when there is none. */
export async function loadNodeContender(name: string): Promise<Contender | undefined> {
  const all = { ...LOADERS, ...PACKAGE_LOADERS };
  const load = Object.hasOwn(all, name) ? all[name] : undefined;
  return load === undefined ? undefined : (await load()).contender;
}
