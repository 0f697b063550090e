/** Folds the rounds of a row whose frames go in one direction, and compares rows round by round. */
import type { RateResult, RateSample } from './result.js';
import { greatestOfKnown, median, rounded } from './statistics.js';
import type { Lap } from './stopwatch.js';

/** One round, from what was counted and what the clock showed. */
export function rateSample(
  round: number,
  frames: number,
  { seconds, cpuSeconds, peakRssBytes = null }: Pick<Lap, 'seconds' | 'cpuSeconds'> & { peakRssBytes?: number | null },
): RateSample {
  return {
    round,
    frames,
    seconds: rounded(seconds),
    framesPerSec: rounded(frames / seconds),
    cpuSeconds: rounded(cpuSeconds),
    peakRssBytes,
  };
}

/** A row's figures over its rounds, of which there is at least one. */
export function foldRates(
  samples: readonly RateSample[],
  frameBytes: number,
): Omit<RateResult, 'contender' | 'runtime'> {
  const rates = samples.map(({ framesPerSec }) => framesPerSec);
  const framesPerSec = rounded(median(rates));
  const cpuNanosPerFrame = median(samples.map(({ frames, cpuSeconds }) => (cpuSeconds / frames) * 1e9));
  return {
    frameBytes,
    frames: samples.reduce((sum, { frames }) => sum + frames, 0),
    framesPerSec,
    framesPerSecMin: Math.min(...rates),
    framesPerSecMax: Math.max(...rates),
    mbPerSec: rounded((framesPerSec * frameBytes) / 1e6),
    cpuNanosPerFrame: rounded(cpuNanosPerFrame),
    // Nanoseconds per byte are seconds per 10^9 bytes.
    cpuSecPerGB: rounded(cpuNanosPerFrame / frameBytes),
    peakRssBytes: greatestOfKnown(samples.map(({ peakRssBytes }) => peakRssBytes)),
    samples: [...samples],
  };
}

/** The median of the ratios of rounds that both rows ran; null when there is none. */
export function ratioOverRounds(
  samples: readonly RateSample[],
  base: readonly RateSample[] | undefined,
): number | null {
  const ratios = samples.flatMap(({ round, framesPerSec }) => {
    const other = base?.find((sample) => sample.round === round);
    return other === undefined ? [] : [framesPerSec / other.framesPerSec];
  });
  return ratios.length === 0 ? null : rounded(median(ratios));
}
