/** `all`: every suite, one after the other, and the report. */
import { type PlannedSuite, planLines, tookWords } from '../harness/plan.js';
import { INTERRUPTED_STATUS } from '../harness/stoppable.js';
import { parseOptions } from './arguments.js';
import { connections } from './connections.js';
import { echo } from './echo.js';
import { flood } from './flood.js';
import { idle } from './idle.js';
import { memory } from './memory.js';
import { ping } from './ping.js';
import { postgres } from './postgres.js';
import { streams } from './streams.js';
import { tls } from './tls.js';
import { write } from './write.js';

/** What `--help` says. */
export const allHelp: string = `all           every suite and the report; says first how long each may take
  --quick             each at its quick size`;

/** A suite of the plan, and how it is run. */
interface Suite extends PlannedSuite {
  run(args: string[]): Promise<number>;
}

const QUICK_ROUNDS = ['--quick', '--rounds', '3'];
/** Within five minutes on two cores. */
const QUICK: readonly Suite[] = [
  { name: 'echo', run: echo, args: QUICK_ROUNDS, budgetSeconds: 60 },
  { name: 'flood', run: flood, args: QUICK_ROUNDS, budgetSeconds: 55 },
  { name: 'write', run: write, args: QUICK_ROUNDS, budgetSeconds: 10 },
  { name: 'streams', run: streams, args: QUICK_ROUNDS, budgetSeconds: 35 },
  { name: 'tls', run: tls, args: QUICK_ROUNDS, budgetSeconds: 25 },
  { name: 'ping', run: ping, args: QUICK_ROUNDS, budgetSeconds: 35 },
  { name: 'connections', run: connections, args: QUICK_ROUNDS, budgetSeconds: 25 },
  { name: 'memory', run: memory, args: QUICK_ROUNDS, budgetSeconds: 15 },
  { name: 'idle', run: idle, args: ['--quick', '--connections', '1000', '--rounds', '2'], budgetSeconds: 15 },
  { name: 'postgres', run: postgres, args: QUICK_ROUNDS, budgetSeconds: 50 },
];

const ROUNDS = ['--rounds', '5'];
/** A round of these takes a minute or more. */
const LONG_ROUNDS = ['--rounds', '3'];
const MANY_SIZES = ['--frame-bytes', '16,100,1000,100000', '--seconds', '1'];
const POSTGRES_TIMES = ['--milliseconds', '500', '--warm-up-ms', '700'];
const TLS_AMOUNT = ['--mbytes', '200', '--most-frames', '6000', '--handshake-ms', '500'];
/** Four frames in each round, behind four of warm-up. */
const ECHO_FRAMES = ['--frames', '20'];
/** Within forty minutes. */
const FULL: readonly Suite[] = [
  { name: 'echo', run: echo, args: [...ECHO_FRAMES, ...ROUNDS], budgetSeconds: 310 },
  { name: 'flood', run: flood, args: [...MANY_SIZES, ...ROUNDS], budgetSeconds: 325 },
  { name: 'write', run: write, args: ROUNDS, budgetSeconds: 45 },
  { name: 'streams', run: streams, args: ['--milliseconds', '500', ...ROUNDS], budgetSeconds: 205 },
  { name: 'tls', run: tls, args: [...TLS_AMOUNT, ...LONG_ROUNDS], budgetSeconds: 285 },
  { name: 'ping', run: ping, args: ['--frames', '15000', ...ROUNDS], budgetSeconds: 240 },
  { name: 'connections', run: connections, args: ROUNDS, budgetSeconds: 245 },
  { name: 'memory', run: memory, args: LONG_ROUNDS, budgetSeconds: 190 },
  { name: 'idle', run: idle, args: ['--rounds', '2'], budgetSeconds: 165 },
  { name: 'postgres', run: postgres, args: [...POSTGRES_TIMES, ...LONG_ROUNDS], budgetSeconds: 370 },
];

/**
 * Runs the command; resolves to the exit status: that of the first suite that did not run well, 0 when all did. An
 * interrupt ends it after the suite that it stops.
 */
export async function all(args: string[]): Promise<number> {
  const { quick } = parseOptions(args, { quick: { type: 'boolean', default: false } });
  const suites = quick ? QUICK : FULL;
  for (const line of planLines(suites, new Date())) console.error(line);
  let first = 0;
  for (const [at, suite] of suites.entries()) {
    console.error(`\nsuite ${at + 1} of ${suites.length}: ${suite.name}`);
    const startedMs = performance.now();
    const status = await settled(() => suite.run([...suite.args, '--keep']));
    if (status === INTERRUPTED_STATUS) return status;
    console.error(tookWords(suite, (performance.now() - startedMs) / 1000));
    first ||= status;
  }
  return first;
}

/** A suite that cannot run here says so, and the others go on. */
async function settled(suite: () => Promise<number>): Promise<number> {
  try {
    return await suite();
  } catch (error) {
    console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
}
