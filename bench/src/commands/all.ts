/** `all`: every suite, one after the other, and the report. */
import { parseOptions } from './arguments.js';
import { echo, INTERRUPTED_STATUS } from './echo.js';
import { idle } from './idle.js';

/** What `--help` says. */
export const allHelp: string = `all           every suite and the report
  --quick             each at its quick size`;

const QUICK_IDLE = ['--connections', '1000', '--rounds', '1'];

/** Runs the command; resolves to the exit status: that of the first suite that did not run well, 0 when all did. */
export async function all(args: string[]): Promise<number> {
  const { quick } = parseOptions(args, { quick: { type: 'boolean', default: false } });
  const echoStatus = await echo(quick ? ['--quick', '--report'] : ['--report']);
  if (echoStatus === INTERRUPTED_STATUS) return echoStatus;
  const idleStatus = await idle(quick ? [...QUICK_IDLE, '--keep'] : ['--keep']);
  return echoStatus === 0 ? idleStatus : echoStatus;
}
