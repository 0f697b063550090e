/** One plot: where most of a row's times lie, on a logarithmic axis that all rows share. */
import type { CustomSeriesRenderItemAPI, CustomSeriesRenderItemReturn } from 'echarts';
import { colorOf, FLAGSHIP } from './contender-style.js';
import { formatNanos } from './format.js';
import type { Html } from './html.js';
import { logEnds } from './line-plot.js';
import { CHARACTER_PX, FONT_PX, renderChart, stroke, TEXT } from './svg-chart.js';

/** One row of percentiles, in microseconds. */
export interface PercentileRow {
  contender: string;
  p50: number;
  p90: number;
  p99: number;
  p999: number;
}

/** What the marks mean, to be written beside the picture. */
export const PERCENTILE_KEY =
  'The dot is the median, also written behind the line. The thick bar goes on to the time that 90 % do not exceed, the thin one to 99 %, the line to 99.9 %.';

const ROW_PX = 22;
const AXIS_PX = 26;
/** Room for the median, behind the line. */
const LABEL_PX = 52;

/** Draws rows from top to bottom in their order. */
export function drawPercentiles(title: string, rows: readonly PercentileRow[]): Html {
  const names = rows.map(({ contender }) => contender);
  const { min, max } = logEnds(rows.flatMap(({ p50, p999 }) => [p50, p999]));
  return renderChart(title, rows.length * ROW_PX + AXIS_PX, {
    grid: {
      left: Math.max(...names.map((name) => name.length)) * CHARACTER_PX + 14,
      right: LABEL_PX,
      top: 2,
      bottom: AXIS_PX - 4,
      outerBoundsMode: 'none',
    },
    xAxis: {
      type: 'log',
      min,
      max,
      axisLabel: { ...TEXT, color: 'var(--faint-ink)', hideOverlap: true, formatter: microsWords },
      splitLine: { lineStyle: { color: 'var(--rule)' } },
    },
    yAxis: {
      type: 'category',
      inverse: true,
      data: names.map((value) => ({ value, textStyle: { fontWeight: value === FLAGSHIP ? 'bold' : 'normal' } })),
      axisLabel: { ...TEXT, interval: 0 },
      axisTick: { show: false },
      axisLine: { lineStyle: { color: 'var(--faint-ink)' } },
    },
    series: [rowSeries(rows)],
  });
}

function rowSeries(rows: readonly PercentileRow[]): object {
  return {
    type: 'custom',
    silent: true,
    clip: false,
    encode: { x: 0, y: 1 },
    data: rows.map(({ p50 }, row) => [p50, row]),
    renderItem: ({ dataIndex }: { dataIndex: number }, api: CustomSeriesRenderItemAPI) =>
      drawRow(rows[dataIndex] as PercentileRow, dataIndex, api),
  };
}

function drawRow(row: PercentileRow, at: number, api: CustomSeriesRenderItemAPI): CustomSeriesRenderItemReturn {
  const place = (value: number): [number, number] => api.coord([value, at]) as [number, number];
  const color = colorOf(row.contender);
  const [cx, cy] = place(row.p50);
  const [x] = place(row.p999);
  const weight = row.contender === FLAGSHIP ? 'bold' : 'normal';
  const font = { fontSize: FONT_PX, fontFamily: 'inherit', fontWeight: weight, verticalAlign: 'middle' };
  const dot = { type: 'circle', shape: { cx, cy, r: 5 }, style: { fill: color } };
  const children = [
    stroke(place(row.p99), place(row.p999), { color, widthPx: 1.25 }),
    stroke(place(row.p90), place(row.p99), { color, widthPx: 4 }),
    stroke(place(row.p50), place(row.p90), { color, widthPx: 9 }),
    dot,
    { type: 'text', x: x + 5, y: cy, style: { ...font, text: microsWords(row.p50), fill: 'var(--ink)' } },
  ];
  return { type: 'group', children } as CustomSeriesRenderItemReturn;
}

function microsWords(micros: number): string {
  return formatNanos(micros * 1000);
}
