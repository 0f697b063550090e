/** `all`: every suite, one after the other, and the report. */
import { INTERRUPTED_STATUS } from '../harness/stoppable.js';
import { parseOptions } from './arguments.js';
import { echo } from './echo.js';
import { flood } from './flood.js';
import { idle } from './idle.js';
import { streams } from './streams.js';
import { tls } from './tls.js';
import { write } from './write.js';

/** What `--help` says. */
export const allHelp: string = `all           every suite and the report
  --quick             each at its quick size`;

const QUICK_IDLE = ['--quick', '--connections', '1000', '--rounds', '1'];

/**
 * Runs the command; resolves to the exit status: that of the first suite that did not run well, 0 when all did. An
 * interrupt ends it after the suite that it stops.
 */
export async function all(args: string[]): Promise<number> {
  const { quick } = parseOptions(args, { quick: { type: 'boolean', default: false } });
  const size = quick ? ['--quick'] : [];
  const suites = [
    () => echo([...size, '--report']),
    () => flood([...size, '--keep']),
    () => write([...size, '--keep']),
    () => streams([...size, '--keep']),
    () => tls([...size, '--keep']),
    () => idle([...(quick ? QUICK_IDLE : []), '--keep']),
  ];
  let first = 0;
  for (const suite of suites) {
    const status = await settled(suite);
    if (status === INTERRUPTED_STATUS) return status;
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
