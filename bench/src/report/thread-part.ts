/** The first part: the thread of 2017 beside today, and every way of receiving that was measured. */

import { echoSummary, echoTable } from '../echo/table.js';
import { FRAME_BYTES_2017 } from '../echo/thread-2017.js';
import type { EchoResult, EchoResultFile, Figure2017 } from '../harness/result.js';
import { FLAGSHIP } from './contender-style.js';
import { colorKey, plainTable } from './figure.js';
import { formatBytes, formatHundredths, formatRate } from './format.js';
import { type Html, html } from './html.js';
import { missingNotice, type Part, stoppedNotice, suiteNote } from './part.js';
import { drawRates } from './rate-figure.js';
import { roundsTable } from './rounds-table.js';
import { orderWords, THREAD_ORDER } from './thread-order.js';

/** What the rows of the thread are, for readers who do not know their names. */
const WORDS: Readonly<Record<string, string>> = {
  'asyncio-protocol': 'asyncio, data_received',
  'tornado-read-bytes': 'Tornado, read_bytes',
  'uvloop-protocol': 'uvloop, data_received',
  'tornado-read-into': 'Tornado, read_into',
  landfall: 'landfall, FramedProtocol',
};

/** The part; without a result it says how to make one. */
export function threadPart(file: EchoResultFile | undefined): Part {
  const title = 'The thread, in 2017 and today';
  if (file === undefined) return { id: 'thread', title, body: missingNotice('echo') };
  return {
    id: 'thread',
    title,
    body: html`${stoppedNotice(file)}${threadTable(file)}${orderNotes(file)}${allRows(file)}`,
  };
}

function threadTable({ results, thread2017, options }: EchoResultFile): Html {
  const first = rowOf(results, THREAD_ORDER[0]);
  const rows = THREAD_ORDER.map((name) => {
    const row = rowOf(results, name);
    const then = thread2017.find(({ contender }) => contender === name);
    return html`<tr${name === FLAGSHIP ? html` class="ours"` : ''}><th scope="row">${WORDS[name] ?? name}<small>${name}</small></th>
<td class="then">${formatRate(then?.mbPerSec ?? null)}</td><td>${nowWords(row)}</td><td>${timesOf(row, first)}</td></tr>`;
  });
  return html`<p>MB of payload per second in one direction, in the order of the thread. 2017: frames of
${formatBytes(FRAME_BYTES_2017)} on another machine, as told on the async-sig list. Today: frames of ${formatBytes(options.frameBytes)} here;
the small figures are the slowest and the fastest round. Compare the order, not the columns.</p>
<div class="scroll" tabindex="0"><table class="thread"><thead><tr><th scope="col">way of receiving</th><th scope="col" class="then">2017</th><th scope="col">today</th><th scope="col">today,<br>× asyncio</th></tr></thead>
<tbody>${rows}</tbody></table></div>
${thenNotes(thread2017)}`;
}

function nowWords(row: EchoResult | undefined): Html {
  if (row === undefined) return html`–<small>not measured</small>`;
  return html`${formatRate(row.mbPerSec)}<small>${formatRate(row.mbPerSecMin)}–${formatRate(row.mbPerSecMax)}</small>`;
}

function rowOf(results: readonly EchoResult[], name: string | undefined): EchoResult | undefined {
  return results.find(({ contender }) => contender === name);
}

/** What the figures of 2017 need said, below the table. */
function thenNotes(figures: readonly Figure2017[]): Html {
  const notes = figures.filter(({ note }) => note !== undefined);
  const words = notes.map(({ contender, note = '' }) => `${WORDS[contender] ?? contender} in 2017: ${note}.`);
  return html`<p class="faint">${words.join(' ')}</p>`;
}

function timesOf(row: EchoResult | undefined, base: EchoResult | undefined): string {
  return row === undefined || base === undefined ? '–' : `${formatHundredths(row.mbPerSec / base.mbPerSec)} ×`;
}

function orderNotes(file: EchoResultFile): Html {
  const [verdict = '', ...steps] = orderWords(file);
  return html`<p><strong>${verdict}</strong></p><ul>${steps.map((words) => html`<li>${words}</li>`)}</ul>`;
}

function allRows(file: EchoResultFile): Html {
  const figure = drawRates({
    title: 'Throughput, MB/s',
    rows: file.results,
    rateOf: ({ mbPerSec, mbPerSecMin, mbPerSecMax }) => [mbPerSec, mbPerSecMin, mbPerSecMax],
    words: formatRate,
    table: echoTable(file),
  });
  const sorted = file.results.toSorted((left, right) => right.mbPerSec - left.mbPerSec);
  return html`<h3>Every way of receiving that was measured</h3>
${suiteNote(file, echoSummary(file))}${colorKey()}<div class="plots">${figure}</div>
<details><summary>MB/s of every round</summary>${plainTable(roundsTable(sorted))}</details>`;
}
