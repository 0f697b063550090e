// @ts-check
// Which pages there are: the documents to begin with, and every file of the checkout that a page links to.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join, posix } from 'node:path';
import { lexer, walkTokens } from 'marked';

const decisions = 'docs/decisions';

/**
 * `source` is its path in the checkout, made up if it is generated, and `out` its path in the site; `links` are the sources that it links to.
 *
 * @typedef {{ source: string, out: string, title: string, tokens: import('marked').TokensList, links: string[] }} Page
 */

/**
 * @param {string} root
 * @param {ReadonlyMap<string, string>} generated Texts of pages that are no files, by source.
 * @returns {Map<string, Page>}
 */
export function collectPages(root, generated) {
  const texts = new Map([...generated, [`${decisions}/README.md`, decisionList(root)]]);
  const isFile = (/** @type {string} */ source) => statSync(join(root, source), { throwIfNoEntry: false })?.isFile();
  /** @type {Map<string, Page>} */
  const pages = new Map();
  const queue = ['README.md', 'CHANGELOG.md', 'docs/guide/README.md', ...texts.keys()];
  for (let source = queue.shift(); source !== undefined; source = queue.shift()) {
    if (pages.has(source)) continue;
    const page = makePage(source, texts.get(source) ?? fileText(root, source));
    pages.set(source, page);
    queue.push(...page.links.filter((link) => texts.has(link) || isFile(link)));
  }
  return pages;
}

/** Which page a link leads to, by source; undefined if it leaves the site. @param {string} source @param {string} href */
export function linkedSource(source, href) {
  if (/^[a-z][a-z0-9+.-]*:/i.test(href)) return undefined;
  const path = decodeURI(href.split('#', 1)[0] ?? '');
  if (path === '') return source;
  // A folder stands for its README.
  const linked = posix.join(posix.dirname(source), path);
  return linked.endsWith('/') ? `${linked}README.md` : linked;
}

/** A heading without its Markdown. @param {string} text */
export function plain(text) {
  return text.replace(/[`*]|\\(?=\W)/g, '');
}

/** @param {string} source @param {string} text @returns {Page} */
function makePage(source, text) {
  const tokens = lexer(text);
  /** @type {string[]} */
  const links = [];
  let title = '';
  walkTokens(tokens, (token) => {
    if (token.type === 'heading' && title === '') title = plain(token['text']);
    const linked = token.type === 'link' ? linkedSource(source, token['href']) : undefined;
    if (linked !== undefined) links.push(linked);
  });
  const path = source.replace(/^docs\//, '').replace(/(^|\/)README\.md$/, '$1index.md');
  return { source, out: `${path.replace(/\.md$/, '')}.html`, title, tokens, links };
}

/** A file that is no Markdown becomes one block of code. @param {string} root @param {string} source */
function fileText(root, source) {
  const text = readFileSync(join(root, source), 'utf8');
  const extension = extname(source);
  return extension === '.md' ? text : `# ${source}\n\n\`\`\`\`\`${extension.slice(1)}\n${text}\`\`\`\`\`\n`;
}

/** @param {string} root */
function decisionList(root) {
  const items = readdirSync(join(root, decisions)).map((name) => {
    const title = /^# (.*)$/m.exec(readFileSync(join(root, decisions, name), 'utf8'))?.[1];
    return `- [${title}](${name})`;
  });
  return `# Decisions\n\nWhy things are as they are, each with its figures.\n\n${items.join('\n')}\n`;
}
