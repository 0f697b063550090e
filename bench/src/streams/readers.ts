/** The rows of the suite, each loaded only where it is used. */
import type { ServeReader } from './reader.js';

const LOADERS: Readonly<Record<string, () => Promise<ServeReader>>> = {
  'landfall-offset': async () => (await import('./framed-lines.js')).serveOffset,
  'landfall-text': async () => (await import('./framed-lines.js')).serveText,
  'landfall-batches': async () => (await import('./frame-stream-lines.js')).serveBatches,
  'landfall-iteration': async () => (await import('./frame-stream-lines.js')).serveIteration,
  'landfall-read-line': async () => (await import('./byte-stream.js')).serveReadLine,
  'landfall-read-exactly': async () => (await import('./byte-stream.js')).serveReadExactly,
  'landfall-read-into': async () => (await import('./byte-stream.js')).serveReadInto,
  'landfall-read-until': async () => (await import('./byte-stream.js')).serveReadUntil,
  'landfall-idle': async () => (await import('./byte-stream.js')).serveIdle,
  'readline-events': async () => (await import('./node-readline.js')).serveEvents,
  'readline-await': async () => (await import('./node-readline.js')).serveAwait,
  'readline-next': async () => (await import('./node-readline.js')).serveNext,
  'node-read': async () => (await import('./node-read.js')).serveRead,
  'node-until': async () => (await import('./node-until.js')).serveUntil,
  unsplit: async () => (await import('./unsplit.js')).serveUnsplit,
};

/** The row of that name; undefined when there is none. */
export async function loadReader(name: string): Promise<ServeReader | undefined> {
  return Object.hasOwn(LOADERS, name) ? LOADERS[name]?.() : undefined;
}
