/** The tables of the flood: one for each frame size, fastest row first, rows that could not run at the end. */
import type { FloodAmount, FloodResult, FloodResultFile } from '../harness/result.js';
import { absentCells } from '../report/absent-cells.js';
import {
  formatBytes,
  formatCount,
  formatHundredths,
  formatMillions,
  formatRate,
  formatShare,
} from '../report/format.js';
import type { FigureTable } from '../report/text-table.js';

const HEADS = ['receiver', '10⁶ frames/s', 'min–max', '× c', '× go-bufio', 'MB/s', 'CPU ns/frame', 'copies/byte'];

/** The table of one frame size. */
export function floodTable(file: FloodResultFile, frameBytes: number): FigureTable {
  return {
    heads: HEADS,
    rows: [
      ...file.results
        .filter((result) => result.frameBytes === frameBytes)
        .toSorted((left, right) => right.framesPerSec - left.framesPerSec)
        .map(measuredCells),
      ...absentCells(file, HEADS.length),
    ],
  };
}

function measuredCells(result: FloodResult): string[] {
  return [
    result.contender,
    formatMillions(result.framesPerSec),
    `${formatMillions(result.framesPerSecMin)}–${formatMillions(result.framesPerSecMax)}`,
    formatHundredths(result.ratioToC),
    formatHundredths(result.ratioToGo),
    formatRate(result.mbPerSec),
    formatRate(result.cpuNanosPerFrame),
    formatShare(result.copiedBytesPerByte),
  ];
}

/** How it was measured, in one sentence. */
export function floodSummary({ options, interrupted }: FloodResultFile): string {
  return (
    `A sender in C and one receiver, both started for each turn: ${amountWords(options.amount)} a turn, in ` +
    `${formatCount(options.rounds, 'alternating round')}${interrupted ? ' (stopped before the last)' : ''}; medians. A ratio is the ` +
    `median of the ratios in each round. CPU time is the receiver's.`
  );
}

function amountWords(amount: FloodAmount): string {
  if ('seconds' in amount) return `frames for ${amount.seconds} s`;
  return 'frames' in amount ? formatCount(amount.frames, 'frame') : formatBytes(amount.mbytes * 1e6);
}
