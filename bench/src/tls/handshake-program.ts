/**
 * The program of both rows of handshakes:
 *
 *     node handshake-program.js NAME server --tls FOLDER
 *     node handshake-program.js NAME client --tls FOLDER --port P --kind full|resumed --milliseconds N
 *
 * The server says `{"event":"listening","port":P}`. The client connects again and again, warms up for a tenth of the time,
 * and says `{"event":"shaken","frames":N,"seconds":S,"cpuSeconds":S}`. Both end with their input.
 */
import { once } from 'node:events';
import { createSecureContext } from 'node:tls';
import { parseArgs } from 'node:util';
import { readIdentity } from '../contenders/tls-identity.js';
import { type Lap, Stopwatch } from '../harness/stopwatch.js';
import { loadHandshaker } from './handshakers.js';
import type { Handshaker, HandshakeTarget } from './handshaking.js';

const WARM_UP_SHARE = 0.1;

function print(event: string, fields: object): void {
  process.stdout.write(`${JSON.stringify({ event, ...fields })}\n`);
}

/** Shakes hands until the time is over, at least once; each handshake has to be of the kind wanted. */
async function shakeFor(
  milliseconds: number,
  handshaker: Handshaker,
  target: HandshakeTarget,
  session: Uint8Array | undefined,
): Promise<Lap & { frames: number }> {
  const stopwatch = new Stopwatch();
  const endMs = performance.now() + milliseconds;
  let frames = 0;
  do {
    const isResumed = await handshaker.shake(target, session);
    if (isResumed !== (session !== undefined)) throw new Error(`handshake ${frames}: resumed is ${isResumed}`);
    frames++;
  } while (performance.now() < endMs);
  return { frames, ...stopwatch.lap() };
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      tls: { type: 'string' },
      port: { type: 'string' },
      kind: { type: 'string' },
      milliseconds: { type: 'string' },
    },
  });
  const [name = '', role] = positionals;
  const handshaker = await loadHandshaker(name);
  if (handshaker === undefined) throw new Error(`no such row: ${name}`);
  once(process.stdin.resume(), 'end').then(() => process.exit(0));
  const identity = await readIdentity(values.tls ?? '');
  if (role === 'server') return print('listening', { port: await handshaker.serve(identity) });
  const secureContext = createSecureContext({ ca: identity.cert });
  const target: HandshakeTarget = { port: Number(values.port), secureContext };
  const session = values.kind === 'resumed' ? await handshaker.takeSession(target) : undefined;
  const milliseconds = Number(values.milliseconds);
  await shakeFor(milliseconds * WARM_UP_SHARE, handshaker, target, session);
  print('shaken', await shakeFor(milliseconds, handshaker, target, session));
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
