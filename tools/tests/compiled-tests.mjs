// @ts-check
// Which compiled tests there are. A compiled file whose source is gone is stale and does not count; a source that was
// not compiled is an error, for a test that silently does not run is worse than one that fails.
import { existsSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

const trees = [
  { sources: 'packages/landfall/test', compiled: 'packages/landfall/dist-test' },
  { sources: 'packages/postgres/test', compiled: 'packages/postgres/dist-test' },
  { sources: 'packages/postgres-server/src', compiled: 'packages/postgres-server/dist' },
  { sources: 'bench/src', compiled: 'bench/dist' },
  { sources: 'examples/src', compiled: 'examples/dist' },
];

/**
 * The compiled test files, relative to the root, in the order of their names.
 *
 * @param {string} root
 * @returns {string[]}
 */
export function compiledTests(root) {
  return trees.flatMap(({ sources, compiled }) =>
    testSources(join(root, sources)).map((source) => {
      const file = join(compiled, source.replace(/\.ts$/, '.js'));
      if (!existsSync(join(root, file))) throw new Error(`${join(sources, source)} is not compiled: npm run build`);
      return file;
    }),
  );
}

/** @param {string} folder */
function testSources(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts') && !file.split(sep).includes('node_modules'))
    .sort();
}

/**
 * Those of `files` that a word from the command line means: a part of the path, with either file ending.
 *
 * @param {readonly string[]} files
 * @param {readonly string[]} wanted
 * @param {string} root
 * @returns {string[]}
 */
export function selectTests(files, wanted, root) {
  if (wanted.length === 0) return [...files];
  const parts = wanted.map((word) => {
    const path = relative(root, join(process.cwd(), word));
    return (path.startsWith('..') ? word : path).replace(/\.(ts|js)$/, '');
  });
  return files.filter((file) => parts.some((part) => sourceLike(file).includes(sourceLike(part))));
}

/** @param {string} file The path without what differs between a source and what is compiled from it. */
function sourceLike(file) {
  return file.split(sep).join('/').replace('/dist-test/', '/test/').replace('/dist/', '/src/').replace(/\.js$/, '');
}
