/** What the ends of a row moved once more after receiving it. */
import { rounded, sumOfKnown } from './statistics.js';

/** What one turn received, and how much of it was moved once more; null where a contender cannot know. */
export interface Copies {
  bytesReceived: number;
  bytesCopied: number | null;
}

/** Copied bytes over received bytes of all turns; null where any of them cannot know. */
export function copiedPerByte(turns: readonly Copies[]): number | null {
  const copied = sumOfKnown(turns.map(({ bytesCopied }) => bytesCopied));
  const received = turns.reduce((sum, { bytesReceived }) => sum + bytesReceived, 0);
  return copied === null ? null : rounded(copied / received);
}
