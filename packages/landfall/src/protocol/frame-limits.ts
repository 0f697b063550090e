/** What both faces of frames go by. */

/** Frames from this size on are received into memory of their own, unless told otherwise; at most the scratch's head room. */
export const LARGE_FRAME_BYTES_DEFAULT: number = 32 * 1024;
/** The largest payload that there can be memory for: views of Node 20 end at 4 GiB. */
export const MAX_FRAME_BYTES_LIMIT: number = 2 ** 32 - 64 * 1024;
