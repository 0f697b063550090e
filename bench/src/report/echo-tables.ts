/** The echo suite's tables: the thread of 2017 beside today, all figures, every round. */
import type { EchoResult, EchoResultFile, Figure2017 } from '../harness/result.js';
import { formatHundredths, formatMegabytes, formatRate, formatShare, formatWhole } from './format.js';
import { type Html, html } from './html.js';

/** The row that ratios are to: what Node.js code usually does. */
const BASE = 'node-data';

/** Today's throughput, with the figures of the thread in a column of their own. */
export function threadTable(file: EchoResultFile, results: readonly EchoResult[]): Html {
  const base = results.find(({ contender }) => contender === BASE)?.mbPerSec ?? null;
  const measured = results.map(
    (result) => html`<tr><td>${result.contender}</td>
<td>${formatRate(result.mbPerSec)}</td><td>${ratio(result.mbPerSec, base)}</td>
<td class="then">${then(file.thread2017, result.contender)}</td></tr>`,
  );
  const unmeasured = file.thread2017
    .filter(({ contender }) => results.every((result) => result.contender !== contender))
    .map(
      ({ contender }) => html`<tr><td>${contender}</td><td>not measured here</td><td>–</td>
<td class="then">${then(file.thread2017, contender)}</td></tr>`,
    );
  return html`<div class="scroll"><table>
<caption>Megabytes of payload per second in one direction. The last column is frames of 100 MB on another machine, with the versions of its time.</caption>
<thead><tr><th>way of receiving</th><th>here, today</th><th>to ${BASE}</th><th class="then">the thread, 2017<br>(100 MB frames, another machine)</th></tr></thead>
<tbody>${[...measured, ...unmeasured]}</tbody></table></div>`;
}

function then(figures: readonly Figure2017[], contender: string): string {
  const figure = figures.find((each) => each.contender === contender);
  if (figure === undefined) return '–';
  return figure.note === undefined ? formatRate(figure.mbPerSec) : `${formatRate(figure.mbPerSec)} (${figure.note})`;
}

function ratio(value: number, base: number | null): string {
  return base === null || base === 0 ? '–' : `${formatHundredths(value / base)} ×`;
}

/** Every figure of every row. */
export function figuresTable(results: readonly EchoResult[]): Html {
  const rows = results.map(
    (each) => html`<tr><td>${each.contender}</td><td class="text">${each.runtime}</td>
<td>${formatRate(each.mbPerSec)}</td><td>${formatRate(each.mbPerSecMin)}</td><td>${formatRate(each.mbPerSecMax)}</td>
<td>${formatHundredths(each.cpuSecPerGB)}</td><td>${formatMegabytes(each.idleRssBytes)}</td><td>${formatMegabytes(each.peakRssBytes)}</td><td>${formatMegabytes(each.clientPeakRssBytes)}</td>
<td>${formatShare(each.copiedBytesPerByte)}</td><td>${formatWhole(each.frames)}</td><td>${formatWhole(each.verifiedFrames)}</td></tr>`,
  );
  return html`<div class="scroll"><table>
<caption>A dash is a figure that the program or the system does not tell, or processor time too short to be told.</caption>
<thead><tr><th>row</th><th class="text">runs on</th><th>MB/s,<br>median</th><th>MB/s,<br>least</th><th>MB/s,<br>most</th>
<th>CPU s<br>per GB</th><th>server<br>idle MB</th><th>server<br>peak MB</th><th>client<br>peak MB</th><th>copies<br>per byte</th><th>timed<br>frames</th><th>verified<br>frames</th></tr></thead>
<tbody>${rows}</tbody></table></div>`;
}

/** MB/s of every round, to see what the median hides. */
export function roundsTable(results: readonly EchoResult[]): Html {
  const rounds = [...new Set(results.flatMap(({ samples }) => samples.map(({ round }) => round)))].sort(
    (a, b) => a - b,
  );
  const head = rounds.map((round) => html`<th>round ${round + 1}</th>`);
  const rows = results.map((result) => {
    const cells = rounds.map((round) => {
      const sample = result.samples.find((each) => each.round === round);
      return html`<td>${formatRate(sample?.mbPerSec ?? null)}</td>`;
    });
    return html`<tr><td>${result.contender}</td>${cells}</tr>`;
  });
  return html`<div class="scroll"><table><thead><tr><th>row</th>${head}</tr></thead><tbody>${rows}</tbody></table></div>`;
}
