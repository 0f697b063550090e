/** The clients that run in Node, each loaded only where it is used. */
import type { OpenClient } from './client.js';

const LOADERS: Readonly<Record<string, () => Promise<OpenClient>>> = {
  landfall: async () => (await import('./landfall.js')).openLandfall,
  'landfall-data': async () => (await import('./landfall.js')).openLandfall,
  'landfall-distinct': async () => (await import('./landfall.js')).openDistinct,
  pg: async () => (await import('./pg.js')).openPipelined,
  'pg-serial': async () => (await import('./pg.js')).openSerial,
  postgres: async () => (await import('./postgres-js.js')).open,
};

/** The names of these rows, in the order of a table. */
export const NODE_CLIENTS: readonly string[] = Object.keys(LOADERS);

/** The row of that name; undefined when there is none. */
export async function loadNodeClient(name: string): Promise<OpenClient | undefined> {
  return Object.hasOwn(LOADERS, name) ? LOADERS[name]?.() : undefined;
}
