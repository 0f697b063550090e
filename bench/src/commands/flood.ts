/** `flood`: small frames in one direction, from a sender in C to every receiver. */
import { FLOOD_CONTENDERS, findFloodContenders } from '../flood/catalogue.js';
import { type FloodRun, runFlood } from '../flood/suite.js';
import { floodSummary, floodTable } from '../flood/table.js';
import type { FloodAmount, FloodOptions, FloodResultFile } from '../harness/result.js';
import { stoppable } from '../harness/stoppable.js';
import { makeTurnProgress } from '../harness/turn-progress.js';
import { formatBytes, formatMillions } from '../report/format.js';
import { textTable } from '../report/text-table.js';
import { frameByteCounts, parseOptions, UsageError, wholeNumber } from './arguments.js';
import { contenderNames, tellMissing } from './contenders.js';
import { finish } from './finish.js';

/** What `--help` says. */
export const floodHelp: string = `flood         small frames from a sender in C, one row per way of receiving; needs \`cc\`
  --frame-bytes N,M   bytes of payload per frame (16,100,1000)
  --seconds N         how long each turn sends (2)
  --frames N          or how many frames
  --mbytes N          or how many 10^6 bytes of payload
  --rounds N          the rows alternate in each (7)
  --contenders A,B    rows to run (every one that can): ${FLOOD_CONTENDERS.join(', ')}
  --quick             1 s in each of 3 rounds, where not given
  --json              one JSON object on standard output
  --keep              also write bench/out/results/flood.json and bench/out/report.html`;

/** Runs the command; resolves to the exit status. */
export async function flood(args: string[]): Promise<number> {
  const { options, names, isNamed, json, keep } = parseFlood(args);
  const catalogue = await findFloodContenders(names);
  tellMissing(catalogue.missing);
  if (isNamed && catalogue.missing.length > 0) return 1;
  const progress: FloodRun['progress'] = makeTurnProgress(
    ({ contender, frameBytes }) => `${contender} at ${formatBytes(frameBytes)}`,
    ({ framesPerSec }) => `${formatMillions(framesPerSec)} million frames/s`,
  );
  const result = await stoppable((signal) => runFlood({ options, catalogue, progress, signal }));
  return finish(result, { text: readable(result), json, keep });
}

function parseFlood(args: string[]): {
  options: FloodOptions;
  names: readonly string[];
  isNamed: boolean;
  json: boolean;
  keep: boolean;
} {
  const values = parseOptions(args, {
    'frame-bytes': { type: 'string', default: '16,100,1000' },
    seconds: { type: 'string' },
    frames: { type: 'string' },
    mbytes: { type: 'string' },
    rounds: { type: 'string' },
    contenders: { type: 'string' },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  });
  return {
    options: {
      frameBytes: frameByteCounts('frame-bytes', values['frame-bytes'], 1),
      amount: amountOf(values) ?? { seconds: values.quick ? 1 : 2 },
      rounds: values.rounds === undefined ? (values.quick ? 3 : 7) : wholeNumber('rounds', values.rounds, 1),
    },
    names: values.contenders === undefined ? FLOOD_CONTENDERS : contenderNames(values.contenders, FLOOD_CONTENDERS),
    isNamed: values.contenders !== undefined,
    json: values.json,
    keep: values.keep,
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
