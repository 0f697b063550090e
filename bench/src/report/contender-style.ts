/**
 * How a row looks, the same in every picture: landfall in blue and thick, Node.js without it in orange, everything else
 * grey. Where lines have to be told apart, each has its own symbol and dashes too, so that colour is never alone.
 */

/** The row that a reader of this project asks about first. */
export const FLAGSHIP = 'landfall';

/** Whether a row is this library's, in whatever runtime. */
export function isOurs(contender: string): boolean {
  return /^(?:(?:bun|deno)-)?landfall(?:-|$)/.test(contender);
}

/** The colour of a bar: a variable of the page. */
export function colorOf(contender: string): string {
  if (isOurs(contender)) return 'var(--landfall)';
  return isNode(contender) ? 'var(--node)' : 'var(--peer)';
}

/** What the colours of bars mean. */
export const COLOR_KEY: readonly (readonly [color: string, words: string])[] = [
  ['var(--landfall)', 'landfall'],
  ['var(--node)', 'Node.js without it'],
  ['var(--peer)', 'other runtimes and languages'],
];

/** How a line is told from the others in its picture. */
export interface LineStyle {
  color: string;
  symbol: 'circle' | 'rect' | 'triangle' | 'diamond';
  /** The same symbol as text, for a key. */
  glyph: string;
  dash: 'solid' | 'dashed' | 'dotted' | readonly number[];
  widthPx: number;
}

const FLAGSHIP_LINE: LineStyle = {
  color: 'var(--landfall)',
  symbol: 'circle',
  glyph: '●',
  dash: 'solid',
  widthPx: 3.5,
};
const OTHER_LINES: readonly LineStyle[] = [
  { color: 'var(--line-1)', symbol: 'rect', glyph: '■', dash: 'solid', widthPx: 1.5 },
  { color: 'var(--line-2)', symbol: 'triangle', glyph: '▲', dash: 'dashed', widthPx: 1.5 },
  { color: 'var(--line-3)', symbol: 'diamond', glyph: '◆', dash: [2, 3], widthPx: 1.5 },
  { color: 'var(--line-4)', symbol: 'circle', glyph: '●', dash: [8, 3, 2, 3], widthPx: 1.5 },
];

/** So many lines beside landfall's can be told apart in one picture. */
export const MOST_OTHER_LINES: number = OTHER_LINES.length;

/** The style of a line; `order` counts the lines other than landfall's in its picture. */
export function lineStyle(contender: string, order: number): LineStyle {
  return contender === FLAGSHIP ? FLAGSHIP_LINE : (OTHER_LINES[order % OTHER_LINES.length] ?? FLAGSHIP_LINE);
}

/** Rows that are compared in one picture. */
export interface Panel {
  title: string;
  contenders: string[];
}

const FAMILIES: readonly (readonly [title: string, has: (contender: string) => boolean])[] = [
  ['Other ways to use landfall', (name) => name.startsWith('landfall-')],
  ['Node.js without it', isNode],
  ['Other JavaScript runtimes', (name) => /^(?:bun|deno)-/.test(name)],
  ['Other languages', () => true],
];

/** Divides rows into pictures of few lines, the flagship in each; empty ones are left out. */
export function panelsOf(contenders: readonly string[]): Panel[] {
  const flagship = contenders.filter((name) => name === FLAGSHIP);
  let left = contenders.filter((name) => name !== FLAGSHIP);
  const panels = FAMILIES.flatMap(([title, has]): Panel[] => {
    const family = left.filter(has);
    left = left.filter((name) => !has(name));
    return slices(family, MOST_OTHER_LINES).map((names) => ({ title, contenders: [...flagship, ...names] }));
  });
  return panels.length === 0 && flagship.length > 0 ? [{ title: 'landfall', contenders: flagship }] : panels;
}

function slices(names: readonly string[], most: number): string[][] {
  const count = Math.ceil(names.length / most);
  return Array.from({ length: count }, (_, at) => names.slice(at * most, (at + 1) * most));
}

function isNode(contender: string): boolean {
  return (
    /^(?:node|readline|pg|postgres)(?:-|$)/.test(contender) ||
    contender === 'it-length-prefixed' ||
    contender === 'unsplit'
  );
}
