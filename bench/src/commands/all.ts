/** `all`: every suite, one after the other, and the report. */
import { parseOptions } from './arguments.js';
import { echo } from './echo.js';

/** What `--help` says. */
export const allHelp: string = `all           every suite and the report
  --quick             each at its quick size`;

/** Runs the command; resolves to the exit status. */
export async function all(args: string[]): Promise<number> {
  const { quick } = parseOptions(args, { quick: { type: 'boolean', default: false } });
  return echo(quick ? ['--quick', '--report'] : ['--report']);
}
