/** The rows of handshakes, each loaded only where it is used. */
import type { Handshaker } from './handshaking.js';

const LOADERS: Readonly<Record<string, () => Promise<{ handshaker: Handshaker }>>> = {
  landfall: () => import('./landfall-handshakes.js'),
  node: () => import('./node-handshakes.js'),
};

/** The names of the rows, in the order of a table. */
export const HANDSHAKERS: readonly string[] = Object.keys(LOADERS);

/** The row of that name; undefined when there is none. */
export async function loadHandshaker(name: string): Promise<Handshaker | undefined> {
  const load = Object.hasOwn(LOADERS, name) ? LOADERS[name] : undefined;
  return load === undefined ? undefined : (await load()).handshaker;
}
