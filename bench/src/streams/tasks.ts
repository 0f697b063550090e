/** What there is to read: the four tasks of the suite, the rows of each, and the sizes it is measured at. */
import type { StreamsTask } from '../harness/result.js';

/** One task. */
export interface TaskRows {
  /** Bytes of an item's payload, unless told otherwise. */
  sizes: readonly number[];
  quickSizes: readonly number[];
  /** The rows, in the order of a table. */
  readers: readonly string[];
  /** Rows that the others are compared with. */
  bases: readonly string[];
}

/** Every task, by its name. */
export const TASKS: Readonly<Record<StreamsTask, TaskRows>> = {
  lines: {
    sizes: [20, 100, 1000],
    quickSizes: [100],
    readers: [
      'landfall-offset',
      'landfall-text',
      'landfall-batches',
      'landfall-iteration',
      'landfall-read-line',
      'readline-events',
      'readline-await',
      'readline-next',
      'unsplit',
    ],
    bases: ['readline-events', 'readline-await', 'readline-next'],
  },
  frames: {
    sizes: [65_536, 1_048_576],
    quickSizes: [1_048_576],
    readers: ['landfall-read-exactly', 'landfall-read-into', 'node-read'],
    bases: ['node-read'],
  },
  until: {
    sizes: [1_000_000, 1_000_000_000],
    quickSizes: [1_000_000, 100_000_000],
    readers: ['landfall-read-until', 'node-until'],
    bases: ['node-until'],
  },
  idle: {
    sizes: [100_000_000],
    quickSizes: [100_000_000],
    readers: ['landfall-idle'],
    bases: [],
  },
};

/** The names of the tasks. */
export const TASK_NAMES: readonly StreamsTask[] = ['lines', 'frames', 'until', 'idle'];

/** Every row of every task. */
export const READERS: readonly string[] = TASK_NAMES.flatMap((task) => TASKS[task].readers);
