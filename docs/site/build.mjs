// @ts-check
// Builds the site: `npm run docs`. The guide, the other documents and the API reference, as files that a browser reads
// from the disk. A link that leads nowhere fails the build, and then nothing is written.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inTemporaryFolder } from '../../tools/temporary-folder.mjs';
import { apiPages } from './api.mjs';
import { linkProblems } from './links.mjs';
import { collectPages } from './pages.mjs';
import { renderPage } from './render.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const out = join(root, 'docs/out');
const guide = 'docs/guide';

const pages = collectPages(root, await inTemporaryFolder((folder) => apiPages(root, folder)));
const inGuide = [...new Set(pages.get(`${guide}/README.md`)?.links)].filter((source) => dirname(source) === guide);
const navigation = Object.entries({
  Project: ['README.md', 'packages/postgres/README.md', 'CHANGELOG.md', 'ARCHITECTURE.md', 'docs/decisions/README.md'],
  Guide: [`${guide}/README.md`, ...inGuide],
  'API reference': ['api/landfall/README.md', 'api/landfall/testing/README.md', 'api/@landfall/postgres/README.md'],
}).map(([title, sources]) => ({ title, pages: sources.flatMap((source) => pages.get(source) ?? []) }));
const files = new Map([...pages.values()].map((page) => [page.out, renderPage(page, pages, navigation)]));
files.set('style.css', readFileSync(new URL('style.css', import.meta.url), 'utf8'));

const unlisted = readdirSync(join(root, guide)).filter((name) => !pages.has(`${guide}/${name}`));
const problems = [...unlisted.map((name) => `no page leads to ${guide}/${name}`), ...linkProblems(files)];
if (problems.length > 0) {
  for (const problem of problems) console.error(`docs: ${problem}`);
  process.exit(1);
}
rmSync(out, { recursive: true, force: true });
for (const [path, text] of files) {
  mkdirSync(dirname(join(out, path)), { recursive: true });
  writeFileSync(join(out, path), text);
}
console.log(`${files.size} files, and every link leads somewhere: ${join(out, 'index.html')}`);
