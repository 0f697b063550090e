/** `echo`: the benchmark of the async-sig thread. */
import { MIN_FRAME_BYTES } from '../contenders/payload.js';
import { ECHO_CONTENDERS, type EchoContender, findContenders } from '../echo/catalogue.js';
import { type EchoProgress, runEcho } from '../echo/suite.js';
import { echoSummary, echoTable } from '../echo/table.js';
import type { EchoOptions, EchoResultFile } from '../harness/result.js';
import { stoppable } from '../harness/stoppable.js';
import { makeTurnProgress } from '../harness/turn-progress.js';
import { formatWhole } from '../report/format.js';
import { textTable } from '../report/text-table.js';
import { frameByteCount, oneOf, parseOptions, wholeNumber } from './arguments.js';
import { contenderNames, tellMissing } from './contenders.js';
import { finish } from './finish.js';

/** What `--help` says. */
export const echoHelp: string = `echo          frames sent to an echo server and back, one row per way of receiving
  --frame-bytes N     bytes of payload per frame (100000000)
  --frames N          timed frames per row in all (15)
  --rounds N          rounds the frames are spread over; rows alternate in each (5, at most one per frame)
  --contenders A,B    rows to run (every one that can): ${ECHO_CONTENDERS.slice(0, 6).join(', ')},
                      ${ECHO_CONTENDERS.slice(6).join(', ')}
  --client same|c     each row's own client, or the C client before every server (same)
  --quick             60 frames of 10 MB in 3 rounds, where not given
  --json              one JSON object on standard output
  --report            also write bench/out/results/echo.json and bench/out/report.html`;

const FULL: EchoOptions = { frameBytes: 100_000_000, frames: 15, rounds: 5, client: 'same' };
const QUICK: EchoOptions = { frameBytes: 10_000_000, frames: 60, rounds: 3, client: 'same' };

/** Runs the command; resolves to the exit status. */
export async function echo(args: string[]): Promise<number> {
  const { options, names, isNamed, json, report } = parseEcho(args);
  const catalogue = await findContenders(names);
  const client = options.client === 'c' ? await findCClient() : undefined;
  tellMissing(catalogue.missing);
  if (isNamed && catalogue.missing.length > 0) return 1;

  const progress: EchoProgress = makeTurnProgress(
    ({ contender }) => contender,
    ({ mbPerSec }) => `${formatWhole(mbPerSec)} MB/s`,
  );
  const result = await stoppable((signal) => runEcho({ options, catalogue, client, progress, signal }));
  return finish(result, { text: readable(result), json, keep: report });
}

function parseEcho(args: string[]): {
  options: EchoOptions;
  names: readonly string[];
  isNamed: boolean;
  json: boolean;
  report: boolean;
} {
  const values = parseOptions(args, {
    'frame-bytes': { type: 'string' },
    frames: { type: 'string' },
    rounds: { type: 'string' },
    contenders: { type: 'string' },
    client: { type: 'string', default: 'same' },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    report: { type: 'boolean', default: false },
  });
  const size = values.quick ? QUICK : FULL;
  const given = (option: 'frames' | 'rounds', otherwise: number): number => {
    const text = values[option];
    return text === undefined ? otherwise : wholeNumber(option, text, 1);
  };
  const frames = given('frames', size.frames);
  return {
    options: {
      frameBytes: frameByteCount('frame-bytes', values['frame-bytes'] ?? String(size.frameBytes), MIN_FRAME_BYTES),
      frames,
      rounds: Math.min(frames, given('rounds', size.rounds)),
      client: oneOf('client', values.client, ['same', 'c']),
    },
    names: values.contenders === undefined ? ECHO_CONTENDERS : contenderNames(values.contenders, ECHO_CONTENDERS),
    isNamed: values.contenders !== undefined,
    json: values.json,
    report: values.report,
  };
}

async function findCClient(): Promise<EchoContender> {
  const { found, missing } = await findContenders(['c']);
  if (found[0] !== undefined) return found[0];
  throw new Error(`--client c: the C client is missing (${missing[0]?.why}); ${missing[0]?.remedy}`);
}

function readable(result: EchoResultFile): string {
  return `${textTable(echoTable(result))}\n${echoSummary(result)}`;
}
