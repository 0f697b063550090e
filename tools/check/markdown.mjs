// @ts-check
// What the docs step needs to know of a Markdown file: its fenced code, its links and its headings.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const leftOut = new Set(['node_modules', 'dist', 'dist-test', 'out']);
/** The copy of the root's README that `npm pack` makes, and leaves there when it is interrupted. */
const packedReadme = 'packages/landfall/README.md';

/**
 * @typedef {{ info: string, line: number, text: string }} Fence `line` is that of the text's first line, from 1.
 * @typedef {{ path: string, lines: string[], fences: Fence[], links: { target: string, line: number }[], anchors: Set<string> }} Markdown
 */

/**
 * Every Markdown file below `root`, hidden and built folders and copies left out.
 *
 * @param {string} root
 * @param {string} [under]
 * @returns {Markdown[]}
 */
export function markdownFiles(root, under = '') {
  return readdirSync(join(root, under), { withFileTypes: true }).flatMap((entry) => {
    const path = under === '' ? entry.name : `${under}/${entry.name}`;
    if (entry.isDirectory())
      return entry.name.startsWith('.') || leftOut.has(entry.name) ? [] : markdownFiles(root, path);
    return entry.name.endsWith('.md') && path !== packedReadme
      ? [parseMarkdown(path, readFileSync(join(root, path), 'utf8'))]
      : [];
  });
}

/**
 * @param {string} path
 * @param {string} text
 * @returns {Markdown}
 */
export function parseMarkdown(path, text) {
  const lines = text.replace(/\n$/, '').split('\n');
  /** @type {Markdown} */
  const markdown = { path, lines, fences: [], links: [], anchors: new Set() };
  /** @type {Fence | undefined} */
  let open;
  lines.forEach((content, index) => {
    const fence = /^\s*```\s*(.*?)\s*$/.exec(content);
    if (fence !== null && open === undefined) {
      open = { info: fence[1] ?? '', line: index + 2, text: '' };
      markdown.fences.push(open);
    } else if (fence !== null) open = undefined;
    else if (open !== undefined) open.text += `${content}\n`;
    else readProse(markdown, content, index + 1);
  });
  return markdown;
}

/**
 * @param {Markdown} markdown
 * @param {string} content
 * @param {number} line
 */
function readProse(markdown, content, line) {
  const heading = /^#+\s+(.*?)\s*$/.exec(content)?.[1];
  if (heading !== undefined) markdown.anchors.add(slug(heading));
  const withoutCode = content.replace(/`[^`]*`/g, '');
  for (const link of withoutCode.matchAll(/\]\(\s*<?([^)\s>]+)>?[^)]*\)|^\[[^\]]+\]:\s*(\S+)/g)) {
    markdown.links.push({ target: link[1] ?? link[2] ?? '', line });
  }
}

/** @param {string} heading As the forges make anchors of headings. */
export function slug(heading) {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');
}
