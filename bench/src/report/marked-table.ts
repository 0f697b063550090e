/** Tables as Markdown, and their places in a document. */
import type { FigureTable } from './text-table.js';

/** A table, and the sentences under it. */
export function markdownOf({ heads, rows }: FigureTable, summary: string): string {
  const alignments = heads.map((_head, column) => (column === 0 ? '---' : '---:'));
  const lines = [heads, alignments, ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return `${lines.join('\n')}\n\n${summary}`;
}

/**
 * Puts `content` between the marks of this name, in place of what stands there.
 *
 * @throws {Error} The document lacks the marks.
 */
export function replaceBetweenMarks(document: string, name: string, content: string): string {
  const startMark = `<!-- generated:${name} -->`;
  const start = document.indexOf(startMark);
  const end = document.indexOf('<!-- /generated -->', start);
  if (start < 0 || end < 0) throw new Error(`the document has no ${startMark} … <!-- /generated -->`);
  return `${document.slice(0, start + startMark.length)}\n${content}\n${document.slice(end)}`;
}
