/** One plot: a line for each row over sizes or time, whiskers where figures have a range. Its key is text beside it. */
import type { CustomSeriesRenderItemAPI, CustomSeriesRenderItemReturn } from 'echarts';
import { FLAGSHIP, type LineStyle, lineStyle } from './contender-style.js';
import { type Html, html } from './html.js';
import { renderChart, stroke, TEXT } from './svg-chart.js';

/** One place on a line. */
export interface LinePoint {
  x: number;
  y: number;
  range?: readonly [min: number, max: number];
}

/** One line. */
export interface Line {
  contender: string;
  points: readonly LinePoint[];
}

/** One axis. */
export interface Axis {
  scale: 'log' | 'linear';
  /** What is counted, with its unit. */
  name: string;
  min: number;
  /** Without it, as far as the lines go. */
  max?: number;
  /** Between two marks of a linear axis; otherwise what fits. */
  step?: number;
  words(value: number): string;
}

const HEIGHT_PX = 250;
/** A line of very many points shows its symbol at about so many of them. */
const MOST_SYMBOLS = 7;

/** A picture and its key. */
export function drawLines(title: string, lines: readonly Line[], x: Axis, y: Axis): Html {
  const styled = withStyles(lines);
  const option = {
    grid: { left: 56, right: 26, top: 26, bottom: 44, outerBoundsMode: 'none' },
    xAxis: { ...axisOption(x), nameLocation: 'middle', nameGap: 27 },
    yAxis: {
      ...axisOption(y),
      nameLocation: 'end',
      nameGap: 10,
      nameTextStyle: { ...faint(), align: 'left', padding: [0, 0, 0, -46] },
    },
    series: styled.flatMap(({ line, style }) => [whiskers(line, style), curve(line, style)]),
  };
  return html`${renderChart(title, HEIGHT_PX, option)}${key(styled)}`;
}

interface StyledLine {
  line: Line;
  style: LineStyle;
}

function withStyles(lines: readonly Line[]): StyledLine[] {
  const others = lines.filter(({ contender }) => contender !== FLAGSHIP);
  return lines.map((line) => ({ line, style: lineStyle(line.contender, others.indexOf(line)) }));
}

function key(styled: readonly StyledLine[]): Html {
  const entries = styled.map(({ line: { contender }, style: { color, glyph } }) => {
    const name = contender === FLAGSHIP ? html`<strong>${contender}</strong>` : html`${contender}`;
    return html`<li><span aria-hidden="true" style="color: ${color}">${glyph}</span> ${name}</li>`;
  });
  return html`<ul class="key">${entries}</ul>`;
}

function faint(): typeof TEXT {
  return { ...TEXT, color: 'var(--faint-ink)' };
}

function axisOption({ scale, name, min, max, step, words }: Axis): object {
  return {
    type: scale === 'log' ? 'log' : 'value',
    name,
    nameTextStyle: faint(),
    min,
    max,
    splitNumber: 4,
    interval: step,
    axisLabel: { ...faint(), formatter: words, hideOverlap: true },
    axisLine: { show: true, lineStyle: { color: 'var(--faint-ink)' }, onZero: false },
    axisTick: { show: false },
    splitLine: { lineStyle: { color: 'var(--rule)' } },
    minorTick: { show: false },
  };
}

function curve({ contender, points }: Line, { color, symbol, dash, widthPx }: LineStyle): object {
  const every = Math.ceil(points.length / MOST_SYMBOLS);
  return {
    type: 'line',
    name: contender,
    z: contender === FLAGSHIP ? 5 : 3,
    silent: true,
    clip: false,
    symbolSize: contender === FLAGSHIP ? 9 : 7,
    showAllSymbol: true,
    data: points.map(({ x, y }, at) => ({ value: [x, y], symbol: at % every === 0 ? symbol : 'none' })),
    lineStyle: { color, width: widthPx, type: dash },
    itemStyle: { color },
    emphasis: { disabled: true },
  };
}

function whiskers({ points }: Line, { color, widthPx }: LineStyle): object {
  const ranged = points.filter(({ range }) => range !== undefined);
  return {
    type: 'custom',
    z: 2,
    silent: true,
    clip: false,
    data: ranged.map(({ x, y }) => [x, y]),
    renderItem: ({ dataIndex }: { dataIndex: number }, api: CustomSeriesRenderItemAPI) =>
      drawWhisker(ranged[dataIndex] as LinePoint, color, widthPx, api),
  };
}

function drawWhisker(
  { x, y, range = [y, y] }: LinePoint,
  color: string,
  widthPx: number,
  api: CustomSeriesRenderItemAPI,
): CustomSeriesRenderItemReturn {
  const place = (value: number): [number, number] => api.coord([x, value]) as [number, number];
  const [bottom, top] = [place(range[0]), place(range[1])];
  const style = { color, widthPx: widthPx / 2 + 0.5, opacity: 0.75 };
  const cap = ([at, height]: [number, number]): object => stroke([at - 3, height], [at + 3, height], style);
  return {
    type: 'group',
    children: [stroke(bottom, top, style), cap(bottom), cap(top)],
  } as CustomSeriesRenderItemReturn;
}

/** The ends of a logarithmic axis that holds all values: powers of ten, and never only one. */
export function logEnds(values: readonly number[]): { min: number; max: number } {
  const known = values.filter((value) => value > 0);
  if (known.length === 0) return { min: 1, max: 10 };
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const min = 10 ** Math.floor(Math.log10(least));
  return { min, max: Math.max(min * 10, 10 ** Math.ceil(Math.log10(most))) };
}
