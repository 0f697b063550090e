// @ts-check
// One page as HTML.
import { posix } from 'node:path';
import hljs from 'highlight.js/lib/common';
import { parser, Renderer } from 'marked';
import { slug } from '../../tools/check/markdown.mjs';
import { linkedSource, plain } from './pages.mjs';

/** @typedef {import('./pages.mjs').Page} Page */

/** What is done otherwise than by marked: anchors, highlighting, links between pages. */
class PageRenderer extends Renderer {
  /** The headings, as items of a list. */
  contents = '';
  /** How often each anchor was made: the forges number those that come again. @type {Map<string, number>} */
  #made = new Map();
  /** @type {(href: string) => string} */
  #resolve;

  /** @param {(href: string) => string} resolve */
  constructor(resolve) {
    super();
    this.#resolve = resolve;
  }

  /** @override @param {import('marked').Tokens.Heading} token */
  heading({ tokens, depth, text }) {
    const base = slug(plain(text));
    const times = this.#made.get(base) ?? 0;
    this.#made.set(base, times + 1);
    const id = times === 0 ? base : `${base}-${times}`;
    if (depth === 2 || depth === 3)
      this.contents += `<li class="depth-${depth}"><a href="#${id}">${escaped(plain(text))}</a></li>\n`;
    const inner = this.parser.parseInline(tokens).replace(/<\/?a\b[^>]*>/g, '');
    return `<h${depth} id="${id}"><a href="#${id}">${inner}</a></h${depth}>\n`;
  }

  /** @override @param {import('marked').Tokens.Code} token */
  code({ text, lang }) {
    const language = lang?.split(' ', 1)[0] ?? '';
    const isKnown = hljs.getLanguage(language) !== undefined;
    return `<pre><code>${isKnown ? hljs.highlight(text, { language }).value : escaped(text)}</code></pre>\n`;
  }

  /** @override @param {import('marked').Tokens.Link} token */
  link({ href, tokens }) {
    return `<a href="${escaped(this.#resolve(href))}">${this.parser.parseInline(tokens)}</a>`;
  }

  /** @override @param {import('marked').Tokens.Table} token */
  table(token) {
    const described = token.header.at(-1)?.text === 'Description' ? ' described' : '';
    return `<div class="table${described}">${super.table(token)}</div>\n`;
  }
}

/**
 * @param {Page} page
 * @param {ReadonlyMap<string, Page>} pages
 * @param {readonly { title: string, pages: readonly Page[] }[]} navigation
 */
export function renderPage(page, pages, navigation) {
  const relative = (/** @type {string} */ out) => posix.relative(posix.dirname(page.out), out);
  const renderer = new PageRenderer((href) => {
    const linked = linkedSource(page.source, href);
    if (linked === undefined || linked === page.source) return href;
    return relative(pages.get(linked)?.out ?? linked) + (/#.*$/.exec(href)?.[0] ?? '');
  });
  const body = parser(page.tokens, { renderer });
  const item = (/** @type {Page} */ other) =>
    `<li><a href="${relative(other.out)}"${other === page ? ' aria-current="page"' : ''}>${escaped(other.title)}</a></li>`;
  const sections = navigation.map(
    ({ title, pages }) => `<h2>${title}</h2>\n<ul>\n${pages.map(item).join('\n')}\n</ul>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(page.title)}${page.title === 'landfall' ? '' : ' – landfall'}</title>
<link rel="stylesheet" href="${relative('style.css')}">
</head>
<body>
<header><a href="${relative('index.html')}">landfall</a> <a href="#pages">All pages</a></header>
<div class="columns">
<main>
${body}</main>
<nav class="contents" aria-label="On this page"><h2>On this page</h2>\n<ul>\n${renderer.contents}</ul></nav>
<nav class="pages" id="pages" aria-label="All pages">
${sections.join('\n')}
</nav>
</div>
</body>
</html>
`;
}

/** @param {string} text */
function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
