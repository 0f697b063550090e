/** When a writer should pause: asyncio's two water marks. Pure arithmetic. */

const HIGH_BYTES_DEFAULT = 64 * 1024;

/** Both marks, in bytes. */
export interface WaterMarks {
  /** Above this, writers are asked to pause. */
  readonly high: number;
  /** At or below this, they may go on. */
  readonly low: number;
}

/** 64 KiB and 16 KiB. */
export const DEFAULT_WATER_MARKS: WaterMarks = waterMarks({});

/**
 * Fills in the mark that is left out: `high` is four times `low`, `low` a quarter of `high`.
 *
 * @throws {RangeError} Not `high >= low >= 0`.
 */
export function waterMarks(limits: { high?: number | undefined; low?: number | undefined }): WaterMarks {
  const high = limits.high ?? (limits.low === undefined ? HIGH_BYTES_DEFAULT : limits.low * 4);
  const low = limits.low ?? Math.floor(high / 4);
  if (high >= low && low >= 0) return { high, low };
  throw new RangeError(`water marks must satisfy high >= low >= 0, not high ${high} and low ${low}`);
}
