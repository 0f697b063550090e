/** The echo suite's plots: throughput, processor time, memory, copies. All have the same rows in the same order. */
import type { EchoResult } from '../harness/result.js';
import { type Bar, drawBars } from './bar-plot.js';
import { formatHundredths, formatMegabytes, formatRate, formatShare } from './format.js';
import { type Html, html } from './html.js';

interface Plot {
  title: string;
  note: string;
  bar(result: EchoResult): Pick<Bar, 'value' | 'label' | 'range'>;
}

const PLOTS: readonly Plot[] = [
  {
    title: 'Throughput, MB/s',
    note: 'Payload in one direction, median of the rounds; whiskers from the slowest to the fastest round. More is better.',
    bar: ({ mbPerSec, mbPerSecMin, mbPerSecMax }) => ({
      value: mbPerSec,
      range: [mbPerSecMin, mbPerSecMax],
      label: formatRate(mbPerSec),
    }),
  },
  {
    title: 'Processor time, seconds per GB',
    note: 'User and system time of client and server together, per GB of payload in one direction. Less is better.',
    bar: ({ cpuSecPerGB }) => ({ value: cpuSecPerGB, label: formatHundredths(cpuSecPerGB) }),
  },
  {
    title: 'Peak memory of the server, MB',
    note: 'Greatest resident size of the whole process, the runtime included. Less is better.',
    bar: ({ peakRssBytes }) => ({
      value: peakRssBytes === null ? null : peakRssBytes / 1e6,
      label: formatMegabytes(peakRssBytes),
    }),
  },
  {
    title: 'Copies per received byte',
    note: 'What the program copied after the kernel’s own copy, both ends together, by its own count. Less is better.',
    bar: ({ copiedBytesPerByte }) => ({ value: copiedBytesPerByte, label: formatShare(copiedBytesPerByte) }),
  },
];

/** The plots side by side, with a key to their colours; a figure that no row has gets a sentence instead of a plot. */
export function echoPlots(results: readonly EchoResult[]): Html {
  return html`<p class="faint"><span class="key" style="background: var(--landfall)"></span>landfall
<span class="key" style="background: var(--node)"></span>Node.js as it comes
<span class="key" style="background: var(--peer)"></span>other languages</p>
<div class="plots">${PLOTS.map((plot) => drawPlot(plot, results))}</div>`;
}

function drawPlot({ title, note, bar }: Plot, results: readonly EchoResult[]): Html {
  const bars = results.map(
    (result): Bar => ({
      name: result.contender,
      color: colorOf(result.contender),
      ...bar(result),
    }),
  );
  const isKnown = bars.some(({ value }) => value !== null);
  const picture = isKnown ? drawBars(title, bars) : html`<p>No row can tell this figure here.</p>`;
  return html`<figure><figcaption>${title}<small>${note}</small></figcaption>${picture}</figure>`;
}

function colorOf(contender: string): string {
  if (contender.startsWith('landfall')) return 'var(--landfall)';
  return contender.startsWith('node-') ? 'var(--node)' : 'var(--peer)';
}
