/** The echo suite: frames to a server and back, one row for each way of receiving. */
import { ALTERNATING, MEDIANS } from '../harness/methods.js';
import type { EchoOptions, EchoResult, EchoResultFile, EchoSample, Method } from '../harness/result.js';
import { runSuite, type SuiteRow } from '../harness/suite-run.js';
import type { TurnProgress } from '../harness/turns.js';
import type { EchoCatalogue, EchoContender } from './catalogue.js';
import { EchoRow } from './row.js';
import { THREAD_2017 } from './thread-2017.js';

/** Who is told how far a run is. */
export type EchoProgress = TurnProgress<SuiteRow<EchoSample>, EchoSample>;

/** What a run needs. */
export interface EchoRun {
  options: EchoOptions;
  catalogue: EchoCatalogue;
  /** The program in front of every server when `options.client` is `c`. */
  client?: EchoContender | undefined;
  progress: EchoProgress;
  /** Stops the run; what was measured until then is in the result. */
  signal: AbortSignal;
}

/** How it is measured. */
export const ECHO_METHOD: Method = {
  order: `${ALTERNATING} The frames of a row are spread over the rounds.`,
  warmUp:
    'Verified frames, in every turn: as many as are timed in the first round, about 30 MB of them in later ones. Then about 500 MB of frames in the way of the timed ones. Never more than are timed.',
  clock: "The client's, from just before the first write to the last byte of the last answer.",
  figures: MEDIANS,
  verified:
    'Every byte of the frames before the clock, and of the last one; three stamps of every other answer inside the clock and in the warm-up.',
  usage:
    "Processor time is that of both processes between the clock's ends, memory the greatest resident size, both from /proc.",
};

/** Runs the suite. A row that fails runs no further turns and is in `failed`. */
export async function runEcho(run: EchoRun): Promise<EchoResultFile> {
  const { options, catalogue, progress, signal } = run;
  const result = await runSuite<'echo', EchoOptions, EchoRow, EchoSample, EchoResult>({
    suite: 'echo',
    method: ECHO_METHOD,
    options,
    rows: catalogue.found.map((found) => new EchoRow(found, options.frameBytes)),
    frames: options.frames,
    missing: catalogue.missing,
    measure: (turn) => turn.contender.runTurn(turn, run),
    resultOf: (row) => row.result(),
    progress,
    signal,
  });
  return { ...result, thread2017: [...THREAD_2017] };
}
