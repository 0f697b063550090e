/** The tables of the connections suite: one for each number of connections, fastest row first. */
import type { ConnectionsResult, ConnectionsResultFile } from '../harness/result.js';
import { absentCells } from '../report/absent-cells.js';
import { formatBytes, formatCount, formatMegabytes, formatRate, formatWhole } from '../report/format.js';
import type { FigureTable } from '../report/text-table.js';

const HEADS = ['server', 'round trips/s', 'min–max', 'CPU µs each', 'bytes/connection', 'peak MB'];

/** The table of one number of connections. */
export function connectionsTable(file: ConnectionsResultFile, connections: number): FigureTable {
  const rows = file.results
    .filter((result) => result.connections === connections)
    .toSorted((left, right) => right.roundTripsPerSec - left.roundTripsPerSec);
  return { heads: HEADS, rows: [...rows.map(measuredCells), ...absentCells(file, HEADS.length)] };
}

function measuredCells(result: ConnectionsResult): string[] {
  return [
    result.contender,
    formatWhole(result.roundTripsPerSec),
    `${formatWhole(result.roundTripsPerSecMin)}–${formatWhole(result.roundTripsPerSecMax)}`,
    formatRate(result.cpuMicrosPerRoundTrip),
    formatWhole(result.bytesPerConnection),
    formatMegabytes(result.peakRssBytes),
  ];
}

/** How it was measured, in one sentence. */
export function connectionsSummary({ options, interrupted }: ConnectionsResultFile): string {
  return (
    `Frames of ${formatBytes(options.frameBytes)} echoed over many connections at once, one on its way on each, from one ` +
    `client in C: ${options.seconds} s a turn in ${formatCount(options.rounds, 'alternating round')}` +
    `${interrupted ? ' (stopped before the last)' : ''}, medians. CPU time and memory are the server's.`
  );
}
