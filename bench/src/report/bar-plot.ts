/**
 * One plot: horizontal bars, a label behind each, a whisker where a figure has a range. Drawn by echarts without a
 * browser. Colours are CSS variables of the page, so that the same picture serves light and dark; nothing in it refers
 * to anything by address, not even to its own parts, so that many pictures fit in one page.
 */

import type { CustomSeriesRenderItemAPI, CustomSeriesRenderItemReturn } from 'echarts';
import { BarChart, CustomChart } from 'echarts/charts';
import { GridComponent } from 'echarts/components';
import { type EChartsCoreOption, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { escapeText, type Html, trustedHtml } from './html.js';

use([BarChart, CustomChart, GridComponent, SVGRenderer]);

/** One bar. A null value leaves the row empty but for its label. */
export interface Bar {
  name: string;
  value: number | null;
  range?: readonly [min: number, max: number];
  label: string;
  /** Any CSS colour, a variable of the page too. */
  color: string;
}

// Drawn for a phone: the page scales it up to a wide column, never down below legibility.
const WIDTH_PX = 460;
const ROW_PX = 25;
const AXIS_PX = 32;
const LABEL_PX = 58;
const FONT_PX = 13;
/** Room for a name per character: the widest average of the usual sans-serif faces at this size. */
const CHARACTER_PX = 7;

/** Draws bars from top to bottom in their order; `title` is what a screen reader says. */
export function drawBars(title: string, bars: readonly Bar[]): Html {
  const height = bars.length * ROW_PX + AXIS_PX;
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH_PX, height });
  try {
    chart.setOption(plotOption(bars));
    return trustedHtml(asInlineSvg(chart.renderToSVGString(), title));
  } finally {
    chart.dispose();
  }
}

function plotOption(bars: readonly Bar[]): EChartsCoreOption {
  const longestName = Math.max(...bars.map(({ name }) => name.length));
  const text = { color: 'var(--ink)', fontSize: FONT_PX, fontFamily: 'inherit' };
  return {
    animation: false,
    grid: {
      left: longestName * CHARACTER_PX + 10,
      right: LABEL_PX,
      top: 4,
      bottom: AXIS_PX - 4,
      outerBoundsMode: 'none',
    },
    xAxis: {
      type: 'value',
      min: 0,
      splitNumber: 4,
      axisLabel: { ...text, color: 'var(--faint-ink)', hideOverlap: true },
      splitLine: { lineStyle: { color: 'var(--rule)' } },
    },
    yAxis: {
      type: 'category',
      inverse: true,
      data: bars.map(({ name }) => name),
      axisLabel: { ...text, interval: 0 },
      axisTick: { show: false },
      axisLine: { lineStyle: { color: 'var(--faint-ink)' } },
    },
    series: [barSeries(bars), whiskerSeries(bars)],
  };
}

function barSeries(bars: readonly Bar[]): object {
  const data = bars.map(({ value, color }) => ({ value: value ?? '-', itemStyle: { color } }));
  return { type: 'bar', data, barWidth: '62%', silent: true, emphasis: { disabled: true }, clip: false };
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
  const [min, max] = bar.range ?? [0, bar.value ?? 0];
  const capPx = 4;
  const line = (x1: number, y1: number, x2: number, y2: number) => ({
    type: 'line' as const,
    shape: { x1, y1, x2, y2 },
    style: { stroke: 'var(--ink)', fill: 'none', lineWidth: 1.25 },
  });
  const whisker = [
    line(place(min), y, place(max), y),
    line(place(min), y - capPx, place(min), y + capPx),
    line(place(max), y - capPx, place(max), y + capPx),
  ];
  const font = { fontSize: FONT_PX, fontFamily: 'inherit' };
  const style = { ...font, text: bar.label, fill: 'var(--ink)', verticalAlign: 'middle' as const };
  const label = { type: 'text' as const, x: place(max) + 7, y, style };
  return { type: 'group', children: [...(bar.range ? whisker : []), label] };
}

/**
 * Inside HTML a picture needs no namespace; without a size of its own it takes the width of its column. Styles for the
 * pointer go too: nothing answers it here, and their names, counted over the process, would make each rendering differ.
 */
function asInlineSvg(svg: string, title: string): string {
  const attributes = /^<svg ([^>]*)>/.exec(svg)?.[1] ?? '';
  const viewBox = /viewBox="[^"]*"/.exec(attributes)?.[0] ?? '';
  const bare = svg.replace(/ class="zr[^"]*"| pointer-events="[^"]*"| ecmeta_\w+="[^"]*"|<style.*?<\/style>\n?/gs, '');
  return bare.replace(/^<svg [^>]*>/, () => `<svg ${viewBox} role="img" aria-label="${escapeText(title)}">`);
}
