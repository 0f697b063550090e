/** What could not run or failed: a row is never left out without a word. */
import type { FailedContender, MissingContender } from '../harness/result.js';
import { type Html, html } from './html.js';

/** The rows of a result that have no figures; nothing when there are none. */
export function absentRows({
  missing,
  failed,
}: {
  missing: readonly MissingContender[];
  failed: readonly FailedContender[];
}): Html {
  const missed = missing.map(
    ({ contender, why, remedy }) =>
      html`<li><strong>${contender}</strong>: <code>${why}</code>. To get it: <code>${remedy}</code></li>`,
  );
  const fallen = failed.map(
    ({ contender, error }) => html`<li><strong>${contender}</strong>: <code>${error}</code></li>`,
  );
  return html`${missed.length === 0 ? '' : html`<h2>Missing here</h2><ul>${missed}</ul>`}
${fallen.length === 0 ? '' : html`<h2>Failed</h2><ul>${fallen}</ul>`}`;
}
