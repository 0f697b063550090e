/**
 * The soak's server: `server.js`. It says `{"event":"listening","port":P}` once for every face, in their order, and to
 * the line `stats` what it has echoed so far and how much memory it holds. It ends with its input.
 */
import { createInterface } from 'node:readline';
import { LandfallError } from 'landfall';
import type { EchoListener } from './face.js';
import { FACES } from './faces.js';
import { failProgram, say } from './program.js';

/** How connections end that the client aborts: it does so on purpose, and misses no answer. */
const ABORTED_CODES: readonly string[] = ['ERR_LOST', 'ERR_INCOMPLETE'];

let frames = 0;
let bytes = 0;
const listener: EchoListener = {
  echoed(frameBytes) {
    frames++;
    bytes += frameBytes;
  },
  lost(error) {
    const isAborted = error === null || (error instanceof LandfallError && ABORTED_CODES.includes(error.code));
    if (!isAborted) failProgram(error);
  },
};

for (const face of FACES) say('listening', { port: await face.serve(listener) });
for await (const line of createInterface({ input: process.stdin })) {
  if (line !== 'stats') failProgram(new Error(`unknown command: ${line}`));
  say('stats', { frames, bytes, rssBytes: process.memoryUsage.rss() });
}
process.exit(0);
