// @ts-check
// The site against itself, as it is about to be written: every link leads to a file, and to an anchor in it, and nothing
// is loaded from elsewhere.
import { posix } from 'node:path';

/** What a browser fetches by itself. Code that is shown has its angle brackets escaped. */
const loaded =
  /<(?:script|img|link|iframe|source|object)\b[^>]*(?:src|href|data)="(?:[a-z]+:)?\/\/[^>]*>|@import|url\([^)]*\/\//g;

/**
 * @param {ReadonlyMap<string, string>} files Texts by path within the site.
 * @returns {string[]} What is wrong.
 */
export function linkProblems(files) {
  const anchors = new Map([...files].map(([path, text]) => [path, new Set(matches(text, /\sid="([^"]*)"/g))]));
  return [...files].flatMap(([path, text]) => [
    ...[...text.matchAll(loaded)].map(([what]) => `${path} loads from elsewhere: ${what}`),
    ...matches(text, /<[a-z]+\s[^>]*?\b(?:href|src)="([^"]*)"/g).flatMap((href) => {
      if (/^[a-z][a-z0-9+.-]*:/i.test(href)) return [];
      const [to = '', anchor] = href.split('#', 2);
      const led = anchors.get(to === '' ? path : posix.join(posix.dirname(path), to));
      if (led === undefined) return [`${path}: ${href} leads nowhere`];
      return anchor === undefined || led.has(anchor) ? [] : [`${path}: ${href}: there is no such anchor`];
    }),
  ]);
}

/** @param {string} text @param {RegExp} pattern @returns {string[]} Its first group, each time. */
function matches(text, pattern) {
  return [...text.matchAll(pattern)].map((match) => match[1] ?? '');
}
