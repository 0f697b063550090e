/** Pictures of how a figure grows: a line for each row, in pictures of few lines that share their axes. */
import { type Panel, panelsOf } from './contender-style.js';
import { drawFigure } from './figure.js';
import { type Html, html } from './html.js';
import { type Axis, drawLines, type Line, type LinePoint, logEnds } from './line-plot.js';
import type { FigureTable } from './text-table.js';

/** A figure of one row at one place. */
interface GrowthPoint extends LinePoint {
  contender: string;
}

/** What grows, and with what. */
export interface Growth {
  /** For example `Time for a frame`. */
  title: string;
  note: string;
  x: Pick<Axis, 'name' | 'words'>;
  y: Pick<Axis, 'name' | 'words'>;
  points: readonly GrowthPoint[];
}

/** One picture for each group of rows; nothing when there is only one place, for a line needs two. */
export function drawGrowth(growth: Growth): Html {
  const { title, note, points } = growth;
  const places = [...new Set(points.map(({ x }) => x))].sort((left, right) => left - right);
  if (places.length < 2) return html``;
  const x: Axis = { ...growth.x, scale: 'log', ...logEnds(places) };
  const y: Axis = {
    ...growth.y,
    scale: 'log',
    ...logEnds(points.flatMap((point) => [point.y, ...(point.range ?? [])])),
  };
  const contenders = [...new Set(points.map(({ contender }) => contender))];
  const figures = panelsOf(contenders).map((panel) => {
    const lines = linesOf(panel, points);
    const picture = drawLines(`${title}: ${panel.title}`, lines, x, y);
    return drawFigure({ title: `${title}: ${panel.title}`, note, picture, table: tableOf(lines, places, growth) });
  });
  return html`<div class="plots">${figures}</div>`;
}

function linesOf({ contenders }: Panel, points: readonly GrowthPoint[]): Line[] {
  return contenders.map((contender) => ({
    contender,
    points: points.filter((point) => point.contender === contender).toSorted((left, right) => left.x - right.x),
  }));
}

function tableOf(lines: readonly Line[], places: readonly number[], { x, y }: Growth): FigureTable {
  return {
    heads: ['row', ...places.map(x.words)],
    rows: lines.map(({ contender, points }) => [
      contender,
      ...places.map((place) => {
        const point = points.find((each) => each.x === place);
        return point === undefined ? '–' : y.words(point.y);
      }),
    ]),
  };
}
