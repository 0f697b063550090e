/** The echo table as Markdown, and its place in a document. */
import type { EchoResultFile } from '../harness/result.js';
import { echoSummary, echoTable } from './table.js';

const START_MARK = '<!-- generated:echo -->';
const END_MARK = '<!-- /generated -->';

/** The table, and the sentence that says what was measured. */
export function markdownTable(file: EchoResultFile): string {
  const { heads, rows } = echoTable(file);
  const alignments = heads.map((_head, column) => (column === 0 ? '---' : '---:'));
  const lines = [heads, alignments, ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return `${lines.join('\n')}\n\n${echoSummary(file)}`;
}

/**
 * Puts `content` between the marks of a document, in place of what stands there.
 *
 * @throws {Error} The document lacks the marks.
 */
export function replaceBetweenMarks(document: string, content: string): string {
  const start = document.indexOf(START_MARK);
  const end = document.indexOf(END_MARK, start);
  if (start < 0 || end < 0) throw new Error(`the document has no ${START_MARK} … ${END_MARK}`);
  return `${document.slice(0, start + START_MARK.length)}\n${content}\n${document.slice(end)}`;
}
