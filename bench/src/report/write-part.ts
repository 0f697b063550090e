/** The part on writing small frames. */
import type { WriteResultFile } from '../harness/result.js';
import { writeSummary, writeTable } from '../write/table.js';
import { colorKey } from './figure.js';
import { formatAbout } from './format.js';
import { html } from './html.js';
import { missingNotice, type Part, runNote } from './part.js';
import { drawRates } from './rate-figure.js';

/** The part; without a result it says how to make one. */
export function writePart(file: WriteResultFile | undefined): Part {
  const head = { id: 'write', title: 'Writing small frames' };
  if (file === undefined) return { ...head, body: missingNotice('write') };
  const figure = drawRates({
    title: 'Frames written, a second',
    rows: file.results,
    rateOf: ({ framesPerSec, framesPerSecMin, framesPerSecMax }) => [framesPerSec, framesPerSecMin, framesPerSecMax],
    words: formatAbout,
    table: writeTable(file),
  });
  return { ...head, body: html`${runNote(file, writeSummary(file))}${colorKey()}<div class="plots">${figure}</div>` };
}
