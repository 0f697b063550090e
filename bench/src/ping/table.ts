/** The table of the ping suite: quickest row first, rows that could not run at the end. */
import type { PingResult, PingResultFile } from '../harness/result.js';
import { absentCells } from '../report/absent-cells.js';
import { formatBytes, formatCount, formatRate, formatWhole } from '../report/format.js';
import type { FigureTable } from '../report/text-table.js';

const HEADS = ['server', 'p50 µs', 'p90', 'p99', 'p99.9', 'max', 'round trips/s', 'min–max', 'CPU µs each'];

/** The table of a result. */
export function pingTable(file: PingResultFile): FigureTable {
  const rows = file.results.toSorted((left, right) => left.latency.p50Micros - right.latency.p50Micros);
  return { heads: HEADS, rows: [...rows.map(measuredCells), ...absentCells(file, HEADS.length)] };
}

function measuredCells({ contender, latency, ...figures }: PingResult): string[] {
  const { p50Micros, p90Micros, p99Micros, p999Micros, maxMicros } = latency;
  return [
    contender,
    ...[p50Micros, p90Micros, p99Micros, p999Micros, maxMicros].map((micros) => micros.toFixed(1)),
    formatWhole(figures.roundTripsPerSec),
    `${formatWhole(figures.roundTripsPerSecMin)}–${formatWhole(figures.roundTripsPerSecMax)}`,
    formatRate(figures.cpuMicrosPerRoundTrip),
  ];
}

/** How it was measured, in one sentence. */
export function pingSummary({ options, interrupted }: PingResultFile): string {
  return (
    `Round trips of ${formatBytes(options.frameBytes)}, one at a time, from the C client to every server: ` +
    `${formatCount(options.frames, 'frame')} a turn in ${formatCount(options.rounds, 'alternating round')}` +
    `${interrupted ? ' (stopped before the last)' : ''}. Latencies are of all rounds together; CPU time is the server's.`
  );
}
