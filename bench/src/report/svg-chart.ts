/**
 * Draws with echarts and without a browser. Colours are CSS variables of the page, so that the same picture serves light
 * and dark; nothing in it refers to anything by address, not even to its own parts, so that many pictures fit in one page.
 */
import { BarChart, CustomChart, LineChart } from 'echarts/charts';
import { GridComponent } from 'echarts/components';
import { type EChartsCoreOption, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { escapeText, type Html, trustedHtml } from './html.js';

use([BarChart, CustomChart, LineChart, GridComponent, SVGRenderer]);

/** Drawn for a phone, where a column is about as wide: the page scales it up, never down below legibility. */
const WIDTH_PX = 360;
export const FONT_PX = 12;
/** Room for a name per character: the widest average of the usual sans-serif faces at this size. */
export const CHARACTER_PX = 6.4;

/** How text is written in every picture. */
export const TEXT: Readonly<{ color: string; fontSize: number; fontFamily: string }> = {
  color: 'var(--ink)',
  fontSize: FONT_PX,
  fontFamily: 'inherit',
};

/** Draws one picture; `title` is what a screen reader says. */
export function renderChart(title: string, heightPx: number, option: EChartsCoreOption): Html {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH_PX, height: heightPx });
  try {
    chart.setOption({ animation: false, ...option });
    return trustedHtml(asInlineSvg(chart.renderToSVGString(), title));
  } finally {
    chart.dispose();
  }
}

/** A straight line of a custom series. */
export function stroke(
  from: readonly [x: number, y: number],
  to: readonly [x: number, y: number],
  style: { color: string; widthPx: number; opacity?: number },
): { type: 'line'; shape: object; style: object } {
  const [x1, y1] = from;
  const [x2, y2] = to;
  const { color, widthPx, opacity = 1 } = style;
  return {
    type: 'line',
    shape: { x1, y1, x2, y2 },
    style: { stroke: color, fill: 'none', lineWidth: widthPx, opacity },
  };
}

/**
 * What only the pointer needs, for nothing answers it here; and the cutting of lines at the edges, which none of them
 * crosses. Their names, counted over the process, would make each rendering differ.
 */
const UNWANTED: readonly RegExp[] = [
  / class="zr[^"]*"| pointer-events="[^"]*"| ecmeta_\w+="[^"]*"/g,
  /<style.*?<\/style>\n?/gs,
  / clip-path="url[^"]*"/g,
  /<defs *>.*?<\/defs>\n?/gs,
];

/** Inside HTML a picture needs no namespace; without a size of its own it takes the width of its column. */
function asInlineSvg(svg: string, title: string): string {
  const attributes = /^<svg ([^>]*)>/.exec(svg)?.[1] ?? '';
  const viewBox = /viewBox="[^"]*"/.exec(attributes)?.[0] ?? '';
  const bare = UNWANTED.reduce((source, pattern) => source.replace(pattern, ''), svg);
  return bare.replace(/^<svg [^>]*>/, () => `<svg ${viewBox} role="img" aria-label="${escapeText(title)}">`);
}
