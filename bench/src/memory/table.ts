/** The table of the memory suite: least memory first. */
import type { MemoryResult, MemoryResultFile } from '../harness/result.js';
import { absentCells } from '../report/absent-cells.js';
import {
  formatBytes,
  formatCount,
  formatMegabytes,
  formatMillions,
  formatRate,
  formatShare,
} from '../report/format.js';
import type { FigureTable } from '../report/text-table.js';

/** Growth of the second half of a turn that is told as such; resident size goes up and down by about as much. */
const MOST_GROWTH = 0.1;
const HEADS = [
  'receiver',
  'settled MB',
  'peak MB',
  'second half',
  '10⁶ frames/s',
  'min–max',
  'CPU ns/frame',
  'copies/byte',
];

/** The table of a result. */
export function memoryTable(file: MemoryResultFile): FigureTable {
  const rows = file.results.toSorted((left, right) => (left.settledRssBytes ?? 0) - (right.settledRssBytes ?? 0));
  return { heads: HEADS, rows: [...rows.map(measuredCells), ...absentCells(file, HEADS.length)] };
}

function measuredCells(result: MemoryResult): string[] {
  return [
    result.contender,
    formatMegabytes(result.settledRssBytes),
    formatMegabytes(result.peakRssBytes),
    growthWords(result.growth),
    formatMillions(result.framesPerSec),
    `${formatMillions(result.framesPerSecMin)}–${formatMillions(result.framesPerSecMax)}`,
    formatRate(result.cpuNanosPerFrame),
    formatShare(result.copiedBytesPerByte),
  ];
}

function growthWords(growth: number | null): string {
  if (growth === null) return 'too short to say';
  const percent = `${growth < 0 ? '' : '+'}${(growth * 100).toFixed(1)} %`;
  return `${growth > MOST_GROWTH ? 'GROWING' : 'flat'} (${percent})`;
}

/** How it was measured, in one sentence. */
export function memorySummary({ options, interrupted }: MemoryResultFile): string {
  return (
    `${formatCount(options.frames, 'frame')} a turn of 16 bytes to ${formatBytes(options.maxFrameBytes)}, from a sender in C; ` +
    `all rows but \`landfall\` keep the last ${options.keptFrames} of them. ${formatCount(options.rounds, 'alternating round')}` +
    `${interrupted ? ' (stopped before the last)' : ''}, medians. Settled is the resident size in the second half of a turn.`
  );
}
