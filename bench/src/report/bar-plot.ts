/** One plot: horizontal bars, a label behind each, a whisker where a figure has a range. */
import type { CustomSeriesRenderItemAPI, CustomSeriesRenderItemReturn } from 'echarts';
import type { EChartsCoreOption } from 'echarts/core';
import { colorOf, FLAGSHIP } from './contender-style.js';
import { formatAxis } from './format.js';
import type { Html } from './html.js';
import { CHARACTER_PX, FONT_PX, renderChart, stroke, TEXT } from './svg-chart.js';

/** One bar. A null value leaves the row empty but for its label. */
export interface Bar {
  contender: string;
  /** What is written beside the bar; the contender's name without it. */
  name?: string;
  value: number | null;
  /** Of the value, what is drawn in full colour; the rest is pale. The whole of it when absent, or null. */
  full?: number | null | undefined;
  range?: readonly [min: number, max: number] | undefined;
  label: string;
}

const ROW_PX = 22;
const AXIS_PX = 26;
const LABEL_CHARACTER_PX = 7;
const PALE = 0.4;

/** Draws bars from top to bottom in their order; `title` is what a screen reader says, `words` writes the axis. */
export function drawBars(title: string, bars: readonly Bar[], words: (value: number) => string = formatAxis): Html {
  return renderChart(title, bars.length * ROW_PX + AXIS_PX, plotOption(bars, words));
}

function nameOf({ name, contender }: Bar): string {
  return name ?? contender;
}

function plotOption(bars: readonly Bar[], words: (value: number) => string): EChartsCoreOption {
  const longestName = Math.max(...bars.map((bar) => nameOf(bar).length));
  const longestLabel = Math.max(...bars.map(({ label }) => label.length));
  return {
    grid: {
      left: longestName * CHARACTER_PX + 14,
      right: longestLabel * LABEL_CHARACTER_PX + 12,
      top: 2,
      bottom: AXIS_PX - 4,
      outerBoundsMode: 'none',
    },
    xAxis: {
      type: 'value',
      min: 0,
      splitNumber: 3,
      axisLabel: { ...TEXT, color: 'var(--faint-ink)', hideOverlap: true, formatter: words },
      splitLine: { lineStyle: { color: 'var(--rule)' } },
    },
    yAxis: {
      type: 'category',
      inverse: true,
      data: bars.map((bar) => ({
        value: nameOf(bar),
        textStyle: { fontWeight: bar.contender === FLAGSHIP ? 'bold' : 'normal' },
      })),
      axisLabel: { ...TEXT, interval: 0 },
      axisTick: { show: false },
      axisLine: { lineStyle: { color: 'var(--faint-ink)' } },
    },
    series: [...barSeries(bars), whiskerSeries(bars)],
  };
}

/** What is in full colour, and the pale rest on top of it where there is any. */
function barSeries(bars: readonly Bar[]): object[] {
  const series = (opacity: number, lengthOf: (bar: Bar) => number | null): object => ({
    ...{ type: 'bar', stack: 'bar', barWidth: '64%', silent: true, emphasis: { disabled: true }, clip: false },
    data: bars.map((bar) => ({
      value: lengthOf(bar) ?? '-',
      itemStyle: { color: colorOf(bar.contender), opacity },
    })),
  });
  const full = series(1, (bar) => bar.full ?? bar.value);
  if (bars.every((bar) => bar.full == null)) return [full];
  return [full, series(PALE, ({ value, full = null }) => (value === null || full === null ? null : value - full))];
}

/** The ranges and, behind whichever is longer, bar or range, the labels. */
function whiskerSeries(bars: readonly Bar[]): object {
  return {
    type: 'custom',
    z: 3,
    silent: true,
    clip: false,
    encode: { x: 0, y: 1 },
    data: bars.map(({ value, range }, row) => [range?.[1] ?? value ?? 0, row]),
    renderItem: ({ dataIndex }: { dataIndex: number }, api: CustomSeriesRenderItemAPI) =>
      drawWhisker(bars[dataIndex] as Bar, dataIndex, api),
  };
}

function drawWhisker(bar: Bar, row: number, api: CustomSeriesRenderItemAPI): CustomSeriesRenderItemReturn {
  const place = (value: number): number => api.coord([value, row])[0] as number;
  const y = api.coord([0, row])[1] as number;
  const { value, range } = bar;
  const [min, max] = range ?? [0, value ?? 0];
  const isRanged = range !== undefined && min < max;
  const capPx = 4;
  const ink = { color: 'var(--ink)', widthPx: 1.25 };
  const whisker = [
    stroke([place(min), y], [place(max), y], ink),
    stroke([place(min), y - capPx], [place(min), y + capPx], ink),
    stroke([place(max), y - capPx], [place(max), y + capPx], ink),
  ];
  const font = { fontSize: FONT_PX, fontFamily: 'inherit' };
  const weight = bar.contender === FLAGSHIP ? 'bold' : 'normal';
  const style = { ...font, fontWeight: weight, text: bar.label, fill: 'var(--ink)', verticalAlign: 'middle' as const };
  const label = { type: 'text' as const, x: place(Math.max(max, value ?? 0)) + 6, y, style };
  return { type: 'group', children: [...(isRanged ? whisker : []), label] } as CustomSeriesRenderItemReturn;
}
