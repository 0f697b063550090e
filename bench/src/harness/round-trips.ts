/** Folds the rounds of a row whose frames go there and back, small ones, from a client in C to a server. */
import type { Child } from './child.js';
import { cpuSeconds, peakResidentBytes, usageOf } from './process-usage.js';
import type { RoundTripResult, RoundTripSample } from './result.js';
import { greatestOfKnown, median, rounded, sumOfKnown } from './statistics.js';

/** Steps of 10 ms, in which processor time is counted, are more than a tenth of anything below this. */
const LEAST_CPU_SECONDS = 0.1;

/** What the clock of a turn showed. */
interface TimedFrames {
  frames: number;
  seconds: number;
}

/** Times round trips to a server by `run`, and looks at the server's use of the system before and after. */
export async function timeRoundTrips<T extends TimedFrames>(
  round: number,
  server: Child,
  run: () => Promise<T>,
): Promise<{ timed: T; sample: RoundTripSample }> {
  const before = usageOf(cpuSeconds, server);
  const timed = await run();
  const after = usageOf(cpuSeconds, server);
  const { frames, seconds } = timed;
  const sample: RoundTripSample = {
    round,
    frames,
    seconds: rounded(seconds),
    roundTripsPerSec: rounded(frames / seconds),
    cpuSeconds: before === null || after === null ? null : rounded(after - before),
    peakRssBytes: usageOf(peakResidentBytes, server),
  };
  return { timed, sample };
}

/** A row's figures over its rounds, of which there is at least one. */
export function foldRoundTrips(
  samples: readonly RoundTripSample[],
): Omit<RoundTripResult, 'contender' | 'frameBytes' | 'runtime'> {
  const rates = samples.map(({ roundTripsPerSec }) => roundTripsPerSec);
  const frames = samples.reduce((sum, sample) => sum + sample.frames, 0);
  const cpu = sumOfKnown(samples.map((sample) => sample.cpuSeconds));
  return {
    frames,
    roundTripsPerSec: rounded(median(rates)),
    roundTripsPerSecMin: Math.min(...rates),
    roundTripsPerSecMax: Math.max(...rates),
    cpuMicrosPerRoundTrip: cpu === null || cpu < LEAST_CPU_SECONDS ? null : rounded((cpu / frames) * 1e6),
    peakRssBytes: greatestOfKnown(samples.map(({ peakRssBytes }) => peakRssBytes)),
  };
}
