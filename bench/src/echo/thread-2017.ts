/** The figures of the async-sig thread of 2017: the same task on another machine with the versions of the time. */
import type { Figure2017 } from '../harness/result.js';

/** What the thread sent. */
export const FRAME_BYTES_2017 = 100_000_000;

/** By contender, for the rows the thread has. */
export const THREAD_2017: readonly Figure2017[] = [
  { contender: 'asyncio-protocol', mbPerSec: 350 },
  { contender: 'uvloop-protocol', mbPerSec: 600 },
  { contender: 'tornado-read-bytes', mbPerSec: 400 },
  { contender: 'tornado-read-into', mbPerSec: 950, note: "2017's limited version" },
];
