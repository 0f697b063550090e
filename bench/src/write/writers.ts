/** The rows of the write suite, each loaded only where it is used. */
import type { OpenWriter } from './writing.js';

const LOADERS: Readonly<Record<string, () => Promise<{ openWriter: OpenWriter }>>> = {
  landfall: () => import('./landfall.js'),
  'landfall-stream': () => import('./landfall-stream.js'),
  'node-write': () => import('./node-write.js'),
  'node-cork': () => import('./node-cork.js'),
};

/** The names of the rows, in the order of a table. */
export const WRITERS: readonly string[] = Object.keys(LOADERS);

/** The row of that name; undefined when there is none. */
export async function loadWriter(name: string): Promise<OpenWriter | undefined> {
  const load = Object.hasOwn(LOADERS, name) ? LOADERS[name] : undefined;
  return load === undefined ? undefined : (await load()).openWriter;
}
