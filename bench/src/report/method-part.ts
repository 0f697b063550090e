/** The last part: on what all this was measured, how, and what is missing. */
import type { Machine, ResultFile } from '../harness/result.js';
import { plainTable } from './figure.js';
import { formatBytes, formatCount, formatTime } from './format.js';
import { grouped } from './grouping.js';
import { type Html, html } from './html.js';
import { missingNotice, type Part } from './part.js';
import { SUITES } from './suites.js';
import type { FigureTable } from './text-table.js';

/** The part. */
export function methodPart(files: readonly ResultFile[]): Part {
  const absent = SUITES.filter((suite) => files.every((file) => file.suite !== suite));
  const body = html`<h3>Machine</h3>${machines(files)}
<h3>Suites</h3>
${files.length === 0 ? '' : plainTable(suitesTable(files), [1, 2, 4, 5])}
${absent.map(missingNotice)}
<h3>What ran the rows</h3>${runtimes(files)}
<h3>Missing here</h3>${missingRows(files)}
<h3>Failed</h3>${failedRows(files)}
<h3>Method</h3>
<p>MB and GB are powers of ten. A row is a way to do the task; each turn of a row runs in processes of its own.</p>
${files.map(methodOf)}`;
  return { id: 'method', title: 'How it was measured', body };
}

function machines(files: readonly ResultFile[]): Html {
  const words = [...new Set(files.map(({ machine }) => machineWords(machine)))];
  if (words.length === 0) return html`<p>No suite has a result file.</p>`;
  const notice =
    words.length === 1
      ? ''
      : html`<p class="notice">The suites ran on different machines or versions: do not compare across them.</p>`;
  return html`${notice}<ul>${words.map((each) => html`<li>${each}</li>`)}</ul>`;
}

function machineWords({ cpu, cores, memoryBytes, system, architecture, node, landfall }: Machine): string {
  return `${cpu}, ${formatCount(cores, 'core')}, ${formatBytes(memoryBytes)} of memory, ${system} (${architecture}), Node.js ${node}, landfall ${landfall}`;
}

function suitesTable(files: readonly ResultFile[]): FigureTable {
  return {
    heads: ['suite', 'measured', 'commit', 'rows', 'whole', 'options'],
    rows: files.map(({ suite, startedAt, machine, results, interrupted, options }) => [
      suite,
      formatTime(startedAt),
      machine.commit ?? 'unknown',
      String(results.length),
      interrupted ? 'STOPPED' : 'yes',
      optionWords(options),
    ]),
  };
}

/** Options as the file has them: `frame bytes 64, rounds 3`. */
function optionWords(options: object): string {
  const words = Object.entries(options).map(([name, value]) => {
    const spaced = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
    const text =
      typeof value === 'object'
        ? JSON.stringify(value)
            .replace(/[{}[\]"]/g, '')
            .replace(/([,:])/g, '$1 ')
        : String(value);
    return `${spaced} ${text}`;
  });
  return words.join('; ');
}

function runtimes(files: readonly ResultFile[]): Html {
  const rows = files.flatMap(({ results }) => results as readonly { contender: string; runtime: string }[]);
  const byRuntime = grouped(rows, ({ runtime }) => runtime);
  const table = {
    heads: ['runtime', 'rows'],
    rows: [...byRuntime].map(([runtime, group]) => [
      runtime,
      [...new Set(group.map(({ contender }) => contender))].join(', '),
    ]),
  };
  return table.rows.length === 0 ? html`<p>Nothing.</p>` : plainTable(table, [1]);
}

function missingRows(files: readonly ResultFile[]): Html {
  const all = files.flatMap(({ suite, missing }) => missing.map((each) => ({ suite, ...each })));
  const byRow = [...grouped(all, ({ contender, why, remedy }) => [contender, why, remedy].join('|')).values()];
  if (byRow.length === 0) return html`<p>Every row that was asked for is here.</p>`;
  const items = byRow.map((group) => {
    const { contender = '', why = '', remedy = '' } = group[0] ?? {};
    const suites = [...new Set(group.map(({ suite }) => suite))].join(', ');
    return html`<li><strong>${contender}</strong> (${suites}): <code>${why}</code>. To get it: <code>${remedy}</code></li>`;
  });
  return html`<ul>${items}</ul>`;
}

function failedRows(files: readonly ResultFile[]): Html {
  const items = files.flatMap(({ suite, failed }) =>
    failed.map(
      ({ contender, error }) => html`<li><strong>${contender}</strong> (${suite}): <code>${error}</code></li>`,
    ),
  );
  return items.length === 0 ? html`<p>No row failed.</p>` : html`<ul>${items}</ul>`;
}

function methodOf({ suite, method }: ResultFile): Html {
  const items = Object.values(method).map((words: string) => html`<li>${words}</li>`);
  return html`<details><summary>${suite}</summary><ul>${items}</ul></details>`;
}
