/** The write suite: many small frames to the C receiver. Every frame written has to be counted there. */
import { fileURLToPath } from 'node:url';
import { numberField, type ProgramCommand } from '../harness/child.js';
import { withChildren } from '../harness/children.js';
import { ALTERNATING, MEDIANS } from '../harness/methods.js';
import { peakResidentBytes, usageOf } from '../harness/process-usage.js';
import { foldRates, rateSample, ratioOverRounds } from '../harness/rates.js';
import type { Method, RateSample, WriteResult, WriteResultFile, WriteSuiteOptions } from '../harness/result.js';
import { type RunContext, runSuite } from '../harness/suite-run.js';

/** One row, and what it showed so far. */
interface WriteRow {
  contender: string;
  samples: RateSample[];
}

/** What a run needs. */
export interface WriteRun extends RunContext<WriteRow, RateSample> {
  options: WriteSuiteOptions;
  contenders: readonly string[];
  /** The C receiver of the flood. */
  receiver: ProgramCommand;
}

const PROGRAM = fileURLToPath(new URL('./writer.js', import.meta.url));
const START_DEADLINE_MS = 30_000;
/** A twentieth of what the slowest row does: slower than that, something hangs. */
const SLOWEST_FRAMES_PER_MS = 10;
const SLOWEST_BYTES_PER_MS = 2000;

const METHOD: Method = {
  order: ALTERNATING,
  warmUp: 'None.',
  clock: "The writer's, from before its first write until the receiver has counted everything.",
  figures: `${MEDIANS} A ratio is the median of the ratios in each round.`,
  verified: 'The receiver has to count as many frames, and as many bytes, as were written.',
  usage: "Processor time is the writer's own count by the system, memory its greatest resident size.",
};

/** Runs the suite. */
export function runWrite(run: WriteRun): Promise<WriteResultFile> {
  const { options, contenders, progress, signal } = run;
  const rows = contenders.map((contender): WriteRow => ({ contender, samples: [] }));
  return runSuite({
    suite: 'write',
    method: METHOD,
    options,
    rows,
    missing: [],
    measure: ({ contender: row, round }) => runTurn(row.contender, round, run),
    resultOf: (row) => resultOf(row, rows, options.frameBytes),
    progress,
    signal,
  });
}

function runTurn(name: string, round: number, { options, receiver, signal }: WriteRun): Promise<RateSample> {
  const { frameBytes, frames } = options;
  return withChildren(signal, async (start) => {
    const receiveArgs = ['receive', '--port', '0', '--max-frame-bytes', String(frameBytes)];
    const counting = start('the C receiver', { ...receiver, args: [...receiver.args, ...receiveArgs] });
    const port = numberField(await counting.event('listening', START_DEADLINE_MS), 'port');
    const args = [name, '--port', String(port), '--frame-bytes', String(frameBytes), '--frames', String(frames)];
    const writing = start(name, { command: process.execPath, args: [PROGRAM, ...args] });
    await writing.event('connected', START_DEADLINE_MS);
    const timeoutMs = START_DEADLINE_MS + frames / SLOWEST_FRAMES_PER_MS + (frames * frameBytes) / SLOWEST_BYTES_PER_MS;
    writing.send('run');
    const [written, received] = await Promise.all([
      writing.event('written', timeoutMs),
      counting.event('received', timeoutMs),
    ]);
    const counted = [numberField(received, 'frames'), numberField(received, 'bytes')];
    if (counted[0] !== frames || counted[1] !== frames * frameBytes) {
      throw new Error(
        `${counted[0]} frames of ${counted[1]} bytes arrived; written were ${frames} of ${frameBytes} each`,
      );
    }
    return rateSample(round, frames, {
      seconds: numberField(written, 'seconds'),
      cpuSeconds: numberField(written, 'cpuSeconds'),
      peakRssBytes: usageOf(peakResidentBytes, writing),
    });
  });
}

function resultOf({ contender, samples }: WriteRow, rows: readonly WriteRow[], frameBytes: number): WriteResult {
  const ratioTo = (name: string): number | null =>
    ratioOverRounds(samples, rows.find((row) => row.contender === name)?.samples);
  return {
    contender,
    ...foldRates(samples, frameBytes),
    ratioToNodeWrite: ratioTo('node-write'),
    ratioToNodeCork: ratioTo('node-cork'),
    runtime: `node ${process.versions.node}`,
  };
}
