/** `echo`: the benchmark of the async-sig thread. */
import Table from 'cli-table3';
import { MIN_FRAME_BYTES } from '../contenders/payload.js';
import { ECHO_CONTENDERS, type EchoCatalogue, type EchoContender, findContenders } from '../echo/catalogue.js';
import { type EchoProgress, runEcho } from '../echo/suite.js';
import { echoSummary, echoTable } from '../echo/table.js';
import { makeProgress } from '../harness/progress.js';
import type { EchoOptions, EchoResultFile } from '../harness/result.js';
import { saveResult, writeReport } from '../harness/result-file.js';
import { frameByteCount, oneOf, parseOptions, UsageError, wholeNumber } from './arguments.js';

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
/** The exit status of a run that was stopped. */
export const INTERRUPTED_STATUS = 130;

/** Runs the command; resolves to the exit status. */
export async function echo(args: string[]): Promise<number> {
  const { options, names, isNamed, json, report } = parseEcho(args);
  const catalogue = await findContenders(names);
  const client = options.client === 'c' ? await findCClient() : undefined;
  tellMissing(catalogue);
  if (isNamed && catalogue.missing.length > 0) return 1;

  const result = await stoppable((signal) => runEcho({ options, catalogue, client, progress: echoProgress(), signal }));
  for (const { contender, error } of result.failed) console.error(`${contender} failed: ${error}`);
  if (result.interrupted) console.error('stopped; what was measured until then:');
  console.log(json ? JSON.stringify(result) : readable(result));
  if (report && result.results.length > 0) {
    const path = await saveResult(result);
    if (result.interrupted) console.error(`kept as ${path}; the last whole result and its report stay as they were`);
    else console.error(`report: ${await writeReport()}`);
  }
  if (result.interrupted) return INTERRUPTED_STATUS;
  return result.failed.length > 0 ? 1 : 0;
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
    names: values.contenders === undefined ? ECHO_CONTENDERS : contenderNames(values.contenders),
    isNamed: values.contenders !== undefined,
    json: values.json,
    report: values.report,
  };
}

function contenderNames(text: string): string[] {
  const names = [...new Set(text.split(',').map((name) => name.trim()))];
  const unknown = names.find((name) => !ECHO_CONTENDERS.includes(name));
  if (unknown === undefined) return names;
  throw new UsageError(`no contender "${unknown}"; there are ${ECHO_CONTENDERS.join(', ')}`);
}

async function findCClient(): Promise<EchoContender> {
  const { found, missing } = await findContenders(['c']);
  if (found[0] !== undefined) return found[0];
  throw new Error(`--client c: the C client is missing (${missing[0]?.why}); ${missing[0]?.remedy}`);
}

function tellMissing({ missing }: EchoCatalogue): void {
  for (const { contender, why, remedy } of missing) console.error(`${contender} is missing: ${why}; ${remedy}`);
}

/** Runs something until it ends, or until Ctrl-C (or a polite kill) fires its signal; a second one ends at once. */
async function stoppable<T>(run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    return await run(controller.signal);
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

function echoProgress(): EchoProgress {
  const progress = makeProgress();
  return {
    start: (turns) => progress.start(turns),
    turnStarted: ({ contender: { contender }, round }) =>
      progress.stepStarted(contender, `round ${round + 1}, ${contender}`),
    turnEnded: (_turn, sample) =>
      progress.stepEnded(sample === null ? 'failed' : `${Math.round(sample.mbPerSec).toLocaleString('en-US')} MB/s`),
    stop: () => progress.stop(),
  };
}

function readable(result: EchoResultFile): string {
  const { heads, rows } = echoTable(result);
  const table = new Table({
    head: heads,
    colAligns: heads.map((_head, column) => (column === 0 ? 'left' : 'right')),
    style: { head: [], border: [], compact: true },
  });
  table.push(...rows);
  return `${table.toString()}\n${echoSummary(result)}`;
}
