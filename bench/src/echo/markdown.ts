/** The echo table as Markdown. */
import type { EchoResultFile } from '../harness/result.js';
import { markdownOf } from '../report/marked-table.js';
import { echoSummary, echoTable } from './table.js';

/** The table, and the sentence that says what was measured. */
export function markdownTable(file: EchoResultFile): string {
  return markdownOf(echoTable(file), echoSummary(file));
}
