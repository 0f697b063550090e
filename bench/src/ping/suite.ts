/** The ping suite: how long one small frame takes there and back, one at a time, from the C client to every server. */
import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import type { EchoCatalogue, EchoContender } from '../echo/catalogue.js';
import { numberField, type ProgramEvent } from '../harness/child.js';
import { withChildren } from '../harness/children.js';
import { ALTERNATING, MEDIANS } from '../harness/methods.js';
import type { Latency, Method, PingOptions, PingResult, PingResultFile, PingSample } from '../harness/result.js';
import { foldRoundTrips, timeRoundTrips } from '../harness/round-trips.js';
import { rounded } from '../harness/statistics.js';
import { type RunContext, runSuite } from '../harness/suite-run.js';

/** One row, and what it showed so far. */
interface PingRow {
  contender: string;
  program: EchoContender;
  samples: PingSample[];
  /** Nanoseconds of all rounds. */
  histogram: RecordableHistogram;
}

/** What a run needs. */
export interface PingRun extends RunContext<PingRow, PingSample> {
  options: PingOptions;
  catalogue: EchoCatalogue;
  /** The C client of the echo suite. */
  client: EchoContender;
}

const METHOD: Method = {
  order: ALTERNATING,
  warmUp: 'As many round trips as are timed, up to 2000.',
  clock: "The C client's, for each round trip by itself: from before its frame is sent until the answer is whole.",
  figures: `${MEDIANS} The latencies of a row are those of all its rounds together, from an HDR histogram of three digits.`,
  verified: 'Every byte of every answer is compared, between two clocks.',
  usage: "Processor time is the server's between the clock's ends, memory its greatest resident size, both from /proc.",
};

const START_DEADLINE_MS = 30_000;
const END_DEADLINE_MS = 10_000;
/** A hundred times what the slowest row takes: slower than that, something hangs. */
const SLOWEST_MS_PER_FRAME = 20;
const MOST_WARM_UP_FRAMES = 2000;

/** Runs the suite. */
export function runPing(run: PingRun): Promise<PingResultFile> {
  const { options, catalogue, progress, signal } = run;
  const rows = catalogue.found.map((program): PingRow => {
    return { contender: program.contender, program, samples: [], histogram: createHistogram() };
  });
  return runSuite({
    suite: 'ping',
    method: METHOD,
    options,
    rows,
    missing: catalogue.missing,
    measure: ({ contender: row, round }) => measure(row, round, run),
    resultOf: (row) => resultOf(row, options),
    progress,
    signal,
  });
}

function measure(row: PingRow, round: number, { options, client, signal }: PingRun): Promise<PingSample> {
  const { frameBytes, frames } = options;
  return withChildren(signal, async (start) => {
    const sizes = ['--prefix', 'u64le', '--max-frame-bytes', String(frameBytes)];
    const serverArgs = [...row.program.args, 'server', '--port', '0', ...sizes];
    const server = start(`${row.contender} server`, { ...row.program, args: serverArgs });
    const port = numberField(await server.event('listening', START_DEADLINE_MS), 'port');
    const clientArgs = ['client', '--port', String(port), '--frame-bytes', String(frameBytes), ...sizes];
    const pinging = start(`client of ${row.contender}`, { ...client, args: [...client.args, ...clientArgs] });
    await pinging.event('connected', START_DEADLINE_MS);
    const timeoutMs = START_DEADLINE_MS + frames * SLOWEST_MS_PER_FRAME;
    pinging.send(`verify ${Math.min(frames, MOST_WARM_UP_FRAMES)}`);
    await pinging.event('verified', timeoutMs);
    const { timed, sample } = await timeRoundTrips(round, server, async () => {
      pinging.send(`ping ${frames}`);
      const pinged = await pinging.event('pinged', timeoutMs);
      return { pinged, frames, seconds: numberField(pinged, 'seconds') };
    });
    const own = histogramOf(timed.pinged);
    row.histogram.add(own);
    await pinging.end(END_DEADLINE_MS);
    await server.end(END_DEADLINE_MS);
    return { ...sample, p50Micros: microsAt(own, 50), p99Micros: microsAt(own, 99) };
  });
}

function histogramOf({ nanos }: ProgramEvent): RecordableHistogram {
  const histogram = createHistogram();
  for (const each of nanos as number[]) histogram.record(Math.max(1, each));
  return histogram;
}

function microsAt(histogram: RecordableHistogram, percentile: number): number {
  return rounded(histogram.percentile(percentile) / 1000);
}

function resultOf({ contender, program, samples, histogram }: PingRow, { frameBytes }: PingOptions): PingResult {
  const { runtime } = program;
  return { contender, frameBytes, ...foldRoundTrips(samples), latency: latencyOf(histogram), samples, runtime };
}

function latencyOf(histogram: RecordableHistogram): Latency {
  return {
    p50Micros: microsAt(histogram, 50),
    p90Micros: microsAt(histogram, 90),
    p99Micros: microsAt(histogram, 99),
    p999Micros: microsAt(histogram, 99.9),
    maxMicros: rounded(histogram.max / 1000),
  };
}
