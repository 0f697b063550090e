/** The report: one HTML document that opens offline and holds no script. A pure function of result files. */
import { FRAME_BYTES_2017 } from '../echo/thread-2017.js';
import type { EchoResult, EchoResultFile } from '../harness/result.js';
import { absentRows } from './absent-rows.js';
import { echoPlots } from './echo-plots.js';
import { figuresTable, roundsTable, threadTable } from './echo-tables.js';
import { formatBytes, formatCount, formatCounts, formatTime, formatWhole } from './format.js';
import { type Html, html, trustedHtml } from './html.js';
import { PAGE_STYLE } from './page-style.js';
import { type RatedFile, ratePart } from './rate-part.js';

/** A result that the report shows. */
export type ReportedFile = EchoResultFile | RatedFile;

/** Renders a whole document, one part per result file. */
export function renderReport(results: readonly ReportedFile[]): string {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>landfall: measured</title>
<style>${trustedHtml(PAGE_STYLE)}</style>
</head>
<body>
${results.map((file) => (file.suite === 'echo' ? echoPart(file) : ratePart(file)))}
</body>
</html>
`;
  return page.source;
}

function echoPart(file: EchoResultFile): Html {
  const results = [...file.results].sort((a, b) => b.mbPerSec - a.mbPerSec);
  return html`<main>
<h1>Frames of ${formatBytes(file.options.frameBytes)}, echoed</h1>
<p>${summary(file)}</p>
${file.interrupted ? html`<p class="notice">This run was stopped before its last round. It shows what was measured until then.</p>` : ''}
<h2>Then and now</h2>
${threadTable(file, results)}
${results.length === 0 ? '' : measuredSections(results)}
${absentRows(file)}
<h2>How it was measured</h2>
${method(file, results)}
</main>`;
}

function summary({ options, machine, startedAt, results }: EchoResultFile): Html {
  const commit = machine.commit === null ? '' : ` (commit ${machine.commit})`;
  const client = options.client === 'c' ? 'the client in C before every server' : 'both ends receiving the same way';
  return html`Two processes on one machine: the client sends a frame of ${formatWhole(options.frameBytes)} bytes, the
server sends it back once it has the whole of it, ${client}. ${formatCount(results.length, 'way')} of receiving,
${timedFrames(results)} each in ${timedRounds(results)}. Measured on
<time datetime="${startedAt}">${formatTime(startedAt)}</time> on ${machine.cpu},
${formatCount(machine.cores, 'core')}, ${formatBytes(machine.memoryBytes)} of memory, ${machine.system}
(${machine.architecture}), with Node.js ${machine.node} and landfall ${machine.landfall}${commit}.`;
}

function timedFrames(results: readonly EchoResult[]): string {
  return formatCounts(
    results.map(({ frames }) => frames),
    'timed frame',
  );
}

function timedRounds(results: readonly EchoResult[]): string {
  return formatCounts(
    results.map(({ samples }) => samples.length),
    'round',
  );
}

function measuredSections(results: readonly EchoResult[]): Html {
  return html`<h2>At a glance</h2>
${echoPlots(results)}
<h2>All figures</h2>
${figuresTable(results)}
<details><summary>MB/s of every round</summary>${roundsTable(results)}</details>`;
}

function method({ options }: EchoResultFile, results: readonly EchoResult[]): Html {
  const verified = [...new Set(results.map(({ verifiedFrames }) => formatCount(verifiedFrames, 'frame')))].join(' or ');
  const sameTask =
    options.frameBytes === FRAME_BYTES_2017 ? 'the same task' : `frames of ${formatBytes(FRAME_BYTES_2017)}`;
  return html`<ul>
<li>A row is a client and a server, over TCP on the loopback interface; every turn of a row starts both anew. A frame is
its length and its payload. Only one frame is on its way at a time.</li>
<li>Before the clock starts, each turn echoes frames with payloads of their own, and every byte of every answer is
compared${verified === '' ? '' : ` (${verified} a row)`}. This also warms the row up.</li>
<li>The clocked frames are spread over ${timedRounds(results)}. Within a round the rows take turns, in every second one in the opposite
order, so that a busy moment of the machine does not fall on one row alone. The clock runs from before the first write to
the last byte of the last answer.</li>
<li>Clocked frames carry their number at the start, in the middle and at the end, and the answers are checked for it.
After the clock has stopped, every byte of the last answer is compared.</li>
<li>MB and GB are powers of ten. Memory is the greatest resident size that the system reports for a process. Copies are
counted by the programs themselves, both ends’ copied bytes over both ends’ received bytes; the kernel’s own copies are
not among them.</li>
<li>The figures of the thread are quoted from the async-sig mailing list of 2017: ${sameTask}, another machine. Compare
them with each other, not with the column beside them.</li>
</ul>`;
}
