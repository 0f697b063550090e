/** `ping`: how long a small frame takes there and back. */
import { ECHO_CONTENDERS, findCClient, findContenders } from '../echo/catalogue.js';
import type { PingOptions } from '../harness/result.js';
import { makeTurnProgress } from '../harness/turn-progress.js';
import { type PingRun, runPing } from '../ping/suite.js';
import { pingSummary, pingTable } from '../ping/table.js';
import { textTable } from '../report/text-table.js';
import { frameByteCount, parseOptions, wholeNumber } from './arguments.js';
import { type Asked, askedOf, runSuiteCommand, SUITE_OPTIONS, suiteHelp } from './suite-command.js';

/** What `--help` says. */
export const pingHelp: string = `ping          round trips one at a time, from the C client to every server of the echo suite; needs \`cc\`
  --frame-bytes N     bytes of payload per frame (64)
  --frames N          timed round trips in each turn (20000)
  --rounds N          the rows alternate in each (7)
  --contenders A,B    rows to run (every one that can): those of \`echo\`
  --quick             4000 round trips in each of 3 rounds, where not given
${suiteHelp('ping')}`;

/** Runs the command; resolves to the exit status. */
export async function ping(args: string[]): Promise<number> {
  const { options, asked } = parsePing(args);
  const catalogue = await findContenders(asked.names);
  const client = await findCClient();
  const progress: PingRun['progress'] = makeTurnProgress(
    ({ contender }) => contender,
    ({ p50Micros, p99Micros }) => `half within ${p50Micros.toFixed(1)} µs, 99 % within ${p99Micros.toFixed(1)}`,
  );
  return runSuiteCommand({
    asked,
    missing: catalogue.missing,
    run: (signal) => runPing({ options, catalogue, client, progress, signal }),
    text: (result) => `${textTable(pingTable(result))}\n${pingSummary(result)}`,
  });
}

function parsePing(args: string[]): { options: PingOptions; asked: Asked } {
  const values = parseOptions(args, {
    ...SUITE_OPTIONS,
    'frame-bytes': { type: 'string', default: '64' },
    frames: { type: 'string' },
  });
  return {
    options: {
      frameBytes: frameByteCount('frame-bytes', values['frame-bytes'], 0),
      frames: wholeNumber('frames', values.frames ?? (values.quick ? '4000' : '20000'), 1),
      rounds: wholeNumber('rounds', values.rounds ?? (values.quick ? '3' : '7'), 1),
    },
    asked: askedOf(values, ECHO_CONTENDERS),
  };
}
