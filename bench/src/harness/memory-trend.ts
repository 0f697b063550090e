/** Whether a process's memory stayed flat. */
import { median } from './statistics.js';

/** The resident size of a process at one moment. */
export interface MemorySample {
  /** Since the run's start. */
  atSeconds: number;
  rssBytes: number;
}

/** What the samples behind the warm-up show. */
export interface MemoryTrend {
  /** Median of their first third. */
  firstBytes: number;
  /** Median of their last third. */
  lastBytes: number;
  /** The lowest of their first third, and of their last. A burst shows in a median; what is never given back shows here. */
  firstFloorBytes: number;
  lastFloorBytes: number;
  /** Of the line that fits them best. */
  slopeBytesPerMinute: number;
}

/** This part of a run fills pools and caches, and meets most of the busy moments whose memory they keep. */
const WARM_UP_SHARE = 0.2;

/** The trend of a run's samples; null when there are too few behind the warm-up, which is a share of them. */
export function memoryTrend(samples: readonly MemorySample[], warmUpShare: number = WARM_UP_SHARE): MemoryTrend | null {
  const settled = samples.slice(Math.ceil(samples.length * warmUpShare));
  const thirdSamples = Math.floor(settled.length / 3);
  if (thirdSamples === 0) return null;
  const sizes = settled.map(({ rssBytes }) => rssBytes);
  return {
    firstBytes: median(sizes.slice(0, thirdSamples)),
    lastBytes: median(sizes.slice(-thirdSamples)),
    firstFloorBytes: Math.min(...sizes.slice(0, thirdSamples)),
    lastFloorBytes: Math.min(...sizes.slice(-thirdSamples)),
    slopeBytesPerMinute: slopePerSecond(settled) * 60,
  };
}

/** Least squares. */
function slopePerSecond(samples: readonly MemorySample[]): number {
  const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const meanSeconds = mean(samples.map(({ atSeconds }) => atSeconds));
  const meanBytes = mean(samples.map(({ rssBytes }) => rssBytes));
  let covariance = 0;
  let variance = 0;
  for (const { atSeconds, rssBytes } of samples) {
    covariance += (atSeconds - meanSeconds) * (rssBytes - meanBytes);
    variance += (atSeconds - meanSeconds) ** 2;
  }
  return variance === 0 ? 0 : covariance / variance;
}
