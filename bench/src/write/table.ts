/** The table of the write suite: fastest row first, rows that failed at the end. */
import type { WriteResult, WriteResultFile } from '../harness/result.js';
import { absentCells } from '../report/absent-cells.js';
import { formatBytes, formatCount, formatHundredths, formatMillions, formatRate } from '../report/format.js';
import type { FigureTable } from '../report/text-table.js';

const HEADS = ['writer', '10⁶ frames/s', 'min–max', '× node-write', '× node-cork', 'MB/s', 'CPU ns/frame'];

/** The table of a result. */
export function writeTable(file: WriteResultFile): FigureTable {
  return {
    heads: HEADS,
    rows: [
      ...file.results.toSorted((left, right) => right.framesPerSec - left.framesPerSec).map(measuredCells),
      ...absentCells(file, HEADS.length),
    ],
  };
}

function measuredCells(result: WriteResult): string[] {
  return [
    result.contender,
    formatMillions(result.framesPerSec),
    `${formatMillions(result.framesPerSecMin)}–${formatMillions(result.framesPerSecMax)}`,
    formatHundredths(result.ratioToNodeWrite),
    formatHundredths(result.ratioToNodeCork),
    formatRate(result.mbPerSec),
    formatRate(result.cpuNanosPerFrame),
  ];
}

/** How it was measured, in one sentence. */
export function writeSummary({ options, interrupted }: WriteResultFile): string {
  return (
    `${formatCount(options.frames, 'frame')} of ${formatBytes(options.frameBytes)} a turn to a receiver in C, both ends ` +
    `started for each turn, in ${formatCount(options.rounds, 'alternating round')}` +
    `${interrupted ? ' (stopped before the last)' : ''}; medians. A ratio is the median of the ratios in each round. ` +
    `From before the first write until the receiver has counted everything; CPU time is the writer's.`
  );
}
