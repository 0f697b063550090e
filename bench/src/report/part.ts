/** What every part of the page has: a heading, what was measured when, and a mark on a run that was stopped. */
import type { ResultFile } from '../harness/result.js';
import { formatTime } from './format.js';
import { type Html, html } from './html.js';
import { commandOf, type SuiteName } from './suites.js';

/** One part; `id` is what the contents of the page point at. */
export interface Part {
  id: string;
  title: string;
  body: Html;
}

/** A part as a section. */
export function drawPart({ id, title, body }: Part): Html {
  return html`<section id="${id}"><h2>${title}</h2>
${body}
</section>`;
}

/** When a suite ran and how its figures are told, and a notice when it was stopped. */
export function runNote(file: ResultFile, summary: string): Html {
  return html`${suiteNote(file, summary)}${stoppedNotice(file)}`;
}

/** The same without the notice. */
export function suiteNote(file: ResultFile, summary: string): Html {
  return html`<p>${withCode(summary)} <span class="faint">Suite ${file.suite}, <time datetime="${file.startedAt}">${formatTime(file.startedAt)}</time>.</span></p>`;
}

/** Says so when a run was stopped. */
export function stoppedNotice({ suite, interrupted }: Pick<ResultFile, 'suite' | 'interrupted'>): Html {
  if (!interrupted) return html``;
  return html`<p class="notice">The suite ${suite} was stopped before its last round: this is what was measured until then.
Run it again: <code>${commandOf(suite)}</code></p>`;
}

/** Stands where a suite's figures would be. */
export function missingNotice(suite: SuiteName): Html {
  return html`<p class="notice">The suite ${suite} has no result file here. To make it: <code>${commandOf(suite)}</code></p>`;
}

/** What a summary for the terminal has between backticks, as code. */
function withCode(words: string): Html[] {
  return words.split('`').map((part, at) => (at % 2 === 1 ? html`<code>${part}</code>` : html`${part}`));
}
