/** The sentences on method that several suites share. */

/** Who runs when. */
export const ALTERNATING: string =
  'Every turn starts new processes. All rows of a size run once in each round, one after the other; every second round runs in the opposite order.';

/** What a figure is. */
export const MEDIANS: string =
  'A figure is the median of its rounds; its spread is the least and the greatest of them. Every round is in samples.';
