/** What can be compared in a result file, whatever its suite: rows by what identifies them, and samples by measure. */
import type { SuiteResult } from '../harness/result.js';

/** Anything that is a result of a suite. */
export type AnyResult = SuiteResult<string, unknown, unknown>;

/** One measure of one row, with all its rounds. */
export interface Figure {
  suite: string;
  contender: string;
  /** The row and what it ran, for example `landfall, 16 bytes`: the same in two files for the same thing. */
  row: string;
  /** What is measured, with its unit. */
  measure: string;
  better: 'more' | 'less';
  samples: number[];
}

type Fields = Readonly<Record<string, unknown>>;

interface Measure {
  measure: string;
  better: Figure['better'];
  /** Undefined where the sample does not tell. */
  of(sample: Fields): number | undefined;
}

const MEASURES: readonly Measure[] = [
  { measure: 'MB/s', better: 'more', of: (sample) => numberOf(sample['mbPerSec']) },
  { measure: 'frames/s', better: 'more', of: (sample) => numberOf(sample['framesPerSec']) },
  { measure: 'queries/s', better: 'more', of: (sample) => numberOf(sample['queriesPerSec']) },
  { measure: 'round trips/s', better: 'more', of: (sample) => numberOf(sample['roundTripsPerSec']) },
  { measure: 'p50 µs', better: 'less', of: (sample) => numberOf(sample['p50Micros']) },
  { measure: 'p99 µs', better: 'less', of: (sample) => numberOf(sample['p99Micros']) },
  { measure: 'bytes/connection', better: 'less', of: (sample) => numberOf(sample['bytesPerConnection']) },
  { measure: 'peak bytes', better: 'less', of: (sample) => numberOf(sample['peakRssBytes']) },
  { measure: 'CPU µs/frame', better: 'less', of: ({ cpuSeconds, frames }) => microsEach(cpuSeconds, frames) },
  { measure: 'CPU µs/row', better: 'less', of: ({ cpuSeconds, rows }) => microsEach(cpuSeconds, rows) },
];

function microsEach(cpuSeconds: unknown, things: unknown): number | undefined {
  const [seconds, count] = [numberOf(cpuSeconds), numberOf(things)];
  return seconds === undefined || count === undefined ? undefined : (seconds / count) * 1e6;
}

/** The fields that tell two rows of one contender apart, and how they are said. */
const IDENTITIES: readonly (readonly [field: string, words: (value: unknown) => string])[] = [
  ['query', String],
  ['over', (over) => `over ${over}`],
  ['task', String],
  ['kind', (kind) => `${kind} handshakes`],
  ['side', String],
  ['frameBytes', (bytes) => `${bytes} bytes`],
  ['connections', (connections) => `${connections} connections`],
];

/** Every figure of a result. */
export function figuresOf(result: AnyResult): Figure[] {
  return rowsOf(result).flatMap((row) => {
    const samples = row['samples'] as Fields[];
    return MEASURES.flatMap(({ measure, better, of }): Figure[] => {
      const values = samples.map(of).filter((value) => value !== undefined);
      if (values.length === 0 || values.length < samples.length) return [];
      const { suite } = result;
      return [{ suite, contender: String(row['contender']), row: rowName(row), measure, better, samples: values }];
    });
  });
}

/** Everything with a contender and samples: the rows of `results`, and of further lists that a suite may have. */
function rowsOf(result: AnyResult): Fields[] {
  const lists = Object.values(result).filter((value): value is unknown[] => Array.isArray(value));
  return (lists.flat() as Fields[]).filter((row) => Array.isArray(row['samples']) && row['contender'] !== undefined);
}

function rowName(row: Fields): string {
  const identities = IDENTITIES.flatMap(([field, words]) => (row[field] === undefined ? [] : [words(row[field])]));
  return [String(row['contender']), ...identities].join(', ');
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
