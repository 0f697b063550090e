/** The part on where landfall loses, computed from every file: largest first, nothing left out. */
import { LEAST_CHANGE, LEAST_ROUNDS, MOST_CHANCE } from '../compare/comparison.js';
import type { ResultFile } from '../harness/result.js';
import { FLAGSHIP } from './contender-style.js';
import { plainTable } from './figure.js';
import { formatAbout, formatBytes, formatCount, formatNanos, formatRate } from './format.js';
import { grouped } from './grouping.js';
import { type Html, html } from './html.js';
import { type Kind, LIMITS, type Loss, lossesOf, type Tally } from './losses.js';
import { LEAST_ROUNDS_APART } from './noise.js';
import type { Part } from './part.js';
import type { FigureTable } from './text-table.js';

const KINDS: readonly Kind[] = ['speed', 'processor time', 'memory'];
/** Of each kind, so many are in sight and the rest is folded away. */
const IN_SIGHT = 12;

/** The part. */
export function lossesPart(files: readonly ResultFile[]): Part {
  const { flagship, others } = lossesOf(files);
  const body = html`<p>${tallyWords(flagship)}</p>
${noiseNote()}
${KINDS.map((kind) =>
  kindSection(
    kind,
    flagship.losses.filter((loss) => loss.kind === kind),
  ),
)}
<h3>Other ways to use landfall, and landfall in other runtimes</h3>
<p>${tallyWords(others)}</p>
${others.losses.length === 0 ? '' : foldedTable('Every loss of these rows', othersTable(others.losses), [1, 2, 4])}`;
  return { id: 'losses', title: 'Where we lose', body };
}

function tallyWords({ counts }: Tally): string {
  const { ahead, behind, alike, unknown } = counts;
  const all = ahead + behind + alike + unknown;
  if (all === 0) return 'There is nothing to compare in these files.';
  return (
    `Of ${formatCount(all, 'comparison')} with rows that are not landfall’s, landfall is behind in ${behind}, ahead in ${ahead}, ` +
    `and within the noise in ${alike}; ${unknown} had too few rounds to say.`
  );
}

function noiseNote(): Html {
  return html`<details><summary>What counts as a loss</summary><p>The row <code>${FLAGSHIP}</code>, or the best of landfall’s rows
where a suite has none of that name, against every row of the same suite, size and measure. The medians differ by
${LEAST_CHANGE * 100} % or more, and: from ${LEAST_ROUNDS} rounds on, a rank-sum test gives chance less than ${MOST_CHANCE * 100} %; with fewer,
down to ${LEAST_ROUNDS_APART}, no round of the one reaches any round of the other, which chance alone does now and then.
${LIMITS.join(' and ')} do less than their task and are no contenders. Figures that have no rounds of their own, such as percentiles over
all rounds, are in the pictures only.</p></details>`;
}

function kindSection(kind: Kind, losses: readonly Loss[]): Html {
  const title = `In ${kind}: ${formatCount(losses.length, 'figure')}`;
  const [seen, folded] = [losses.slice(0, IN_SIGHT), losses.slice(IN_SIGHT)];
  return html`<h3>${title}</h3>
${seen.length === 0 ? html`<p>No row is ahead beyond the noise.</p>` : plainTable(lossTable(seen), LOSS_WORDS)}
${folded.length === 0 ? '' : foldedTable(`The other ${folded.length}`, lossTable(folded), LOSS_WORDS)}`;
}

function foldedTable(summary: string, table: FigureTable, wordColumns: readonly number[]): Html {
  return html`<details><summary>${summary}</summary>${plainTable(table, wordColumns)}</details>`;
}

/** The columns of it that hold words. */
const LOSS_WORDS: readonly number[] = [2, 3, 6];

function lossTable(losses: readonly Loss[]): FigureTable {
  return {
    heads: ['ahead', 'times', 'suite and what', 'measure', 'its median', 'landfall’s', 'landfall’s row', 'rounds'],
    rows: losses.map((loss) => [
      loss.contender,
      times(loss),
      placeWords(loss),
      loss.measure,
      amount(loss.theirMedian, loss.measure),
      amount(loss.ourMedian, loss.measure),
      loss.ours,
      String(loss.rounds),
    ]),
  };
}

/** A line for each figure, with everything that is ahead in it. */
function othersTable(losses: readonly Loss[]): FigureTable {
  const byFigure = grouped(losses, (loss) => [loss.ours, placeWords(loss), loss.measure].join('|'));
  return {
    heads: ['landfall’s row', 'suite and what', 'measure', 'its median', 'who is how many times better'],
    rows: [...byFigure.values()].flatMap(([first, ...rest]) =>
      first === undefined
        ? []
        : [
            [
              first.ours,
              placeWords(first),
              first.measure,
              amount(first.ourMedian, first.measure),
              [first, ...rest].map((loss) => `${loss.contender} ${times(loss)}`).join(', '),
            ],
          ],
    ),
  };
}

function placeWords({ suite, what }: Loss): string {
  return what === '' ? suite : `${suite}, ${what}`;
}

function times({ ratio }: Loss): string {
  return `${ratio >= 10 ? formatRate(ratio) : ratio.toFixed(2)} ×`;
}

/** With its unit where the measure's own would make an unreadable number. */
function amount(value: number, measure: string): string {
  if (measure.startsWith('CPU')) return formatNanos(value * 1000);
  if (measure === 'peak bytes') return formatBytes(value);
  return formatAbout(value);
}
