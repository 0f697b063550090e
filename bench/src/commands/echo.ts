/** `echo`: the benchmark of the async-sig thread. */
import { MIN_FRAME_BYTES } from '../contenders/payload.js';
import { ECHO_CONTENDERS, findCClient, findContenders } from '../echo/catalogue.js';
import { type EchoProgress, runEcho } from '../echo/suite.js';
import { echoSummary, echoTable } from '../echo/table.js';
import type { EchoOptions, EchoResultFile } from '../harness/result.js';
import { makeTurnProgress } from '../harness/turn-progress.js';
import { formatWhole } from '../report/format.js';
import { textTable } from '../report/text-table.js';
import { frameByteCount, oneOf, parseOptions, wholeNumber } from './arguments.js';
import { type Asked, askedOf, runSuiteCommand, SUITE_OPTIONS, suiteHelp } from './suite-command.js';

/** What `--help` says. */
export const echoHelp: string = `echo          frames sent to an echo server and back, one row per way of receiving
  --frame-bytes N     bytes of payload per frame (100000000)
  --frames N          timed frames per row in all (15)
  --rounds N          rounds the frames are spread over; rows alternate in each (5, at most one per frame)
  --contenders A,B    rows to run (every one that can): ${ECHO_CONTENDERS.slice(0, 6).join(', ')},
                      ${ECHO_CONTENDERS.slice(6).join(', ')}
  --client same|c     each row's own client, or the C client before every server (same)
  --quick             24 frames of 10 MB in 3 rounds, where not given
${suiteHelp('echo')}
  --report            the same as --keep`;

const FULL: EchoOptions = { frameBytes: 100_000_000, frames: 15, rounds: 5, client: 'same' };
const QUICK: EchoOptions = { frameBytes: 10_000_000, frames: 24, rounds: 3, client: 'same' };

/** Runs the command; resolves to the exit status. */
export async function echo(args: string[]): Promise<number> {
  const { options, asked } = parseEcho(args);
  const catalogue = await findContenders(asked.names);
  const client = options.client === 'c' ? await findCClient() : undefined;
  const progress: EchoProgress = makeTurnProgress(
    ({ contender }) => contender,
    ({ mbPerSec }) => `${formatWhole(mbPerSec)} MB/s`,
  );
  return runSuiteCommand({
    asked,
    missing: catalogue.missing,
    run: (signal) => runEcho({ options, catalogue, client, progress, signal }),
    text: readable,
  });
}

function parseEcho(args: string[]): { options: EchoOptions; asked: Asked } {
  const values = parseOptions(args, {
    ...SUITE_OPTIONS,
    'frame-bytes': { type: 'string' },
    frames: { type: 'string' },
    client: { type: 'string', default: 'same' },
    report: { type: 'boolean', default: false },
  });
  const size = values.quick ? QUICK : FULL;
  const frames = wholeNumber('frames', values.frames ?? String(size.frames), 1);
  const rounds = wholeNumber('rounds', values.rounds ?? String(size.rounds), 1);
  return {
    options: {
      frameBytes: frameByteCount('frame-bytes', values['frame-bytes'] ?? String(size.frameBytes), MIN_FRAME_BYTES),
      frames,
      rounds: Math.min(frames, rounds),
      client: oneOf('client', values.client, ['same', 'c']),
    },
    asked: askedOf({ ...values, keep: values.keep || values.report }, ECHO_CONTENDERS),
  };
}

function readable(result: EchoResultFile): string {
  return `${textTable(echoTable(result))}\n${echoSummary(result)}`;
}
