/** `flood`: small frames in one direction, from a sender in C to every receiver. */
import { FLOOD_CONTENDERS, findFloodContenders } from '../flood/catalogue.js';
import { type FloodRun, runFlood } from '../flood/suite.js';
import { floodSummary, floodTable } from '../flood/table.js';
import type { FloodAmount, FloodOptions, FloodResultFile } from '../harness/result.js';
import { makeTurnProgress } from '../harness/turn-progress.js';
import { formatBytes, formatMillions } from '../report/format.js';
import { textTable } from '../report/text-table.js';
import { frameByteCounts, parseOptions, UsageError, wholeNumber } from './arguments.js';
import { type Asked, askedOf, runSuiteCommand, SUITE_OPTIONS, suiteHelp } from './suite-command.js';

/** What `--help` says. */
export const floodHelp: string = `flood         small frames from a sender in C, one row per way of receiving; needs \`cc\`
  --frame-bytes N,M   bytes of payload per frame (16,100,1000)
  --seconds N         how long each turn sends (2)
  --frames N          or how many frames
  --mbytes N          or how many 10^6 bytes of payload
  --rounds N          the rows alternate in each (7)
  --contenders A,B    rows to run (every one that can): ${FLOOD_CONTENDERS.join(', ')}
  --quick             frames of 16 and 1000 bytes, 0.3 s in each of 3 rounds, where not given
${suiteHelp('flood')}`;

/** Runs the command; resolves to the exit status. */
export async function flood(args: string[]): Promise<number> {
  const { options, asked } = parseFlood(args);
  const catalogue = await findFloodContenders(asked.names);
  const progress: FloodRun['progress'] = makeTurnProgress(
    ({ contender, frameBytes }) => `${contender} at ${formatBytes(frameBytes)}`,
    ({ framesPerSec }) => `${formatMillions(framesPerSec)} million frames/s`,
  );
  return runSuiteCommand({
    asked,
    missing: catalogue.missing,
    run: (signal) => runFlood({ options, catalogue, progress, signal }),
    text: readable,
  });
}

function parseFlood(args: string[]): { options: FloodOptions; asked: Asked } {
  const values = parseOptions(args, {
    ...SUITE_OPTIONS,
    'frame-bytes': { type: 'string' },
    seconds: { type: 'string' },
    frames: { type: 'string' },
    mbytes: { type: 'string' },
  });
  return {
    options: {
      frameBytes: frameByteCounts(
        'frame-bytes',
        values['frame-bytes'] ?? (values.quick ? '16,1000' : '16,100,1000'),
        1,
      ),
      amount: amountOf(values) ?? { seconds: values.quick ? 0.3 : 2 },
      rounds: wholeNumber('rounds', values.rounds ?? (values.quick ? '3' : '7'), 1),
    },
    asked: askedOf(values, FLOOD_CONTENDERS),
  };
}

function amountOf(values: {
  seconds?: string | undefined;
  frames?: string | undefined;
  mbytes?: string | undefined;
}): FloodAmount | undefined {
  const given = [values.seconds, values.frames, values.mbytes].filter((value) => value !== undefined);
  if (given.length > 1) throw new UsageError('--seconds, --frames and --mbytes exclude each other');
  if (values.seconds !== undefined) return { seconds: wholeNumber('seconds', values.seconds, 1) };
  if (values.frames !== undefined) return { frames: wholeNumber('frames', values.frames, 1) };
  return values.mbytes === undefined ? undefined : { mbytes: wholeNumber('mbytes', values.mbytes, 1) };
}

function readable(result: FloodResultFile): string {
  const tables = result.options.frameBytes.map(
    (frameBytes) => `Frames of ${formatBytes(frameBytes)}\n${textTable(floodTable(result, frameBytes))}`,
  );
  return `${tables.join('\n\n')}\n${floodSummary(result)}`;
}
