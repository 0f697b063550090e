/** The write suite: many small frames to the C receiver. Every frame written has to be counted there. */
import { fileURLToPath } from 'node:url';
import { numberField, type ProgramCommand } from '../harness/child.js';
import { withChildren } from '../harness/children.js';
import { describeMachine } from '../harness/machine.js';
import { foldRates, rateSample, ratioOverRounds } from '../harness/rates.js';
import type { RateSample, WriteResult, WriteResultFile, WriteSuiteOptions } from '../harness/result.js';
import { schedule, type Turn } from '../harness/schedule.js';
import { runTurns, type TurnProgress } from '../harness/turns.js';

/** One row, and what it showed so far. */
interface WriteRow {
  contender: string;
  samples: RateSample[];
}

/** What a run needs. */
export interface WriteRun {
  options: WriteSuiteOptions;
  contenders: readonly string[];
  /** The C receiver of the flood. */
  receiver: ProgramCommand;
  progress: TurnProgress<WriteRow, RateSample>;
  /** Stops the run; what was measured until then is in the result. */
  signal: AbortSignal;
}

const PROGRAM = fileURLToPath(new URL('./writer.js', import.meta.url));
const START_DEADLINE_MS = 30_000;
/** A twentieth of what the slowest row does: slower than that, something hangs. */
const SLOWEST_FRAMES_PER_MS = 10;
const SLOWEST_BYTES_PER_MS = 2000;

/** Runs the suite. */
export async function runWrite(run: WriteRun): Promise<WriteResultFile> {
  const startedAt = new Date().toISOString();
  const { options, contenders, progress, signal } = run;
  const rows = contenders.map((contender): WriteRow => ({ contender, samples: [] }));
  const measure = async ({ contender: row, round }: Turn<WriteRow>): Promise<RateSample> => {
    const sample = await runTurn(row.contender, round, run);
    row.samples.push(sample);
    return sample;
  };
  const failed = await runTurns(schedule(rows, options.rounds, options.rounds), { measure, progress, signal });
  return {
    suite: 'write',
    machine: await describeMachine(),
    startedAt,
    options,
    results: rows
      .filter(({ contender, samples }) => samples.length > 0 && failed.every((each) => each.contender !== contender))
      .map((row) => resultOf(row, rows, options.frameBytes)),
    missing: [],
    failed,
    interrupted: signal.aborted,
  };
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
    const lap = { seconds: numberField(written, 'seconds'), cpuSeconds: numberField(written, 'cpuSeconds') };
    return rateSample(round, frames, lap);
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
