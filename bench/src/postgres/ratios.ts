/** How a client stands to others at the same query, round by round. */
import type { PostgresResult, PostgresSample } from '../harness/result.js';
import { median, rounded } from '../harness/statistics.js';
import { DISCARD } from './catalogue.js';

/** The drivers for Node that are compared with. */
const NODE_DRIVERS: readonly string[] = ['pg', 'pg-serial', 'postgres'];

/** What is compared. */
interface Compared {
  contender: string;
  samples: readonly PostgresSample[];
}

/** The ratios of a row to `others`, which may hold the row itself. */
export function ratiosOf(row: Compared, others: readonly Compared[]): PostgresResult['ratios'] {
  const to = (isMeant: (contender: string) => boolean): number | null =>
    ratioTo(row, fastest(others.filter(({ contender, samples }) => isMeant(contender) && samples.length > 0)));
  return {
    best: to((name) => name !== row.contender && name !== DISCARD && !name.startsWith('landfall')),
    asyncpg: to((name) => name.startsWith('asyncpg')),
    node: to((name) => NODE_DRIVERS.includes(name)),
    discard: to((name) => name === DISCARD),
  };
}

function fastest(rows: readonly Compared[]): Compared | undefined {
  return rows.toSorted((left, right) => rateOf(right) - rateOf(left))[0];
}

function rateOf({ samples }: Compared): number {
  return median(samples.map(({ queriesPerSec }) => queriesPerSec));
}

/** The median over the rounds that both ran; null when there is none. */
function ratioTo(row: Compared, base: Compared | undefined): number | null {
  const ratios = row.samples.flatMap(({ round, queriesPerSec }) => {
    const other = base?.samples.find((sample) => sample.round === round);
    return other === undefined ? [] : [queriesPerSec / other.queriesPerSec];
  });
  return ratios.length === 0 ? null : rounded(median(ratios));
}
