// @ts-check
// One planted violation for every row of the layer table (CONTRIBUTING.md, biome.json): the file, what is planted in
// it, and the one complaint it must raise. A file that exists already gets the text appended.

/** @typedef {{ file: string, text: string, rule: string, says?: string }} Plant */

const src = 'packages/landfall/src';
const imports = 'lint/style/noRestrictedImports';
const globals = 'lint/style/noRestrictedGlobals';
const cycles = 'lint/suspicious/noImportCycles';

/** What each folder must not import, and the start of the message that forbids it. @type {readonly (readonly [string, string, readonly string[]])[]} */
const forbidden = [
  ['memory', 'Layer memory/', ['../framing/x.js', '../protocol/x.js', '../transport/x.js', '../index.js', 'node:net']],
  ['framing', 'Layer framing/', ['../protocol/x.js', '../transport/x.js', '../stream/x.js', 'node:net', 'node:tls']],
  ['protocol', 'Layer protocol/', ['../transport/x.js', '../stream/x.js', '../testing/x.js', 'node:net', 'node:dns']],
  ['transport', 'Layer transport/', ['../stream/x.js', '../testing/x.js', '../open.js', '../index.js', 'some-package']],
  ['stream', 'Layer stream/', ['../transport/x.js', '../testing/x.js', '../open.js', 'node:net', 'node:tls']],
  [
    'testing',
    'Layer testing/',
    ['node:net', 'node:tls', 'node:dns', 'node:dns/promises', '../../test/x.js', 'some-package'],
  ],
];

/** Folders of packages/landfall/src that the table rules. */
export const ruledFolders = forbidden.map(([folder]) => folder);

/** @type {readonly Plant[]} */
export const plants = [
  { file: `${src}/errors.ts`, text: "import './memory/x.js';", rule: imports, says: 'Layer errors.ts' },
  { file: `${src}/open.ts`, text: "import './testing/x.js';", rule: imports, says: 'Layer open.ts' },
  { file: `${src}/planted.ts`, text: "import 'node:net';", rule: imports, says: 'Layer open.ts' },
  { file: `${src}/re-export.ts`, text: "export { connect } from 'node:net';", rule: imports, says: 'Layer open.ts' },
  ...forbidden.flatMap(([folder, says, specifiers]) =>
    specifiers.map((specifier, index) => ({
      file: `${src}/${folder}/planted-${index}.ts`,
      text: `import '${specifier}';`,
      rule: imports,
      says,
    })),
  ),

  ...['node:net', '../../../test/x.js', 'some-package'].map((specifier, index) => ({
    file: `${src}/testing/transport/planted-${index}.ts`,
    text: `import '${specifier}';`,
    rule: imports,
    says: 'Layer testing/',
  })),

  // The same border, crossed in other ways than by a plain import.
  upward('type-only', "import type { X } from '../transport/x.js';\nexport const x: X | null = null;"),
  upward('dynamic', "export const x: unknown = await import('../transport/x.js');"),
  upward('roundabout', "import '../memory/../transport/x.js';"),
  {
    ...upward('type-expression', "export type X = import('../transport/x.js').X;"),
    rule: 'plugin',
    says: 'Import types',
  },

  ...['memory', 'framing'].flatMap((folder) =>
    ['setTimeout', 'setImmediate', 'queueMicrotask', 'Promise', 'Date', 'performance'].map((name) => ({
      file: `${src}/${folder}/global-${name.toLowerCase()}.ts`,
      text: `export const x: unknown = ${name};`,
      rule: globals,
      says: `Do not use the global variable ${name}`,
    })),
  ),
  // The pool's timer for giving memory back is the one exemption, and it is no wider than that.
  { file: `${src}/memory/block-pool.ts`, text: 'export const x: unknown = setTimeout;', rule: globals },

  {
    file: 'packages/landfall/test/planted.ts',
    text: "import '../../../bench/src/cli.js';",
    rule: imports,
    says: 'Nothing imports bench/',
  },
  { file: 'tools/planted.mjs', text: "import '../examples/dist/x.js';", rule: imports, says: 'Nothing imports bench/' },
  ...['landfall', '@landfall/postgres', '../../landfall/src/index.js'].map((specifier, index) => ({
    file: `packages/postgres-server/src/planted-${index}.ts`,
    text: `import '${specifier}';`,
    rule: imports,
    says: 'packages/postgres-server imports nothing',
  })),
  ...['bench', 'examples'].flatMap((folder) =>
    [
      '../../packages/landfall/src/index.js',
      '../../packages/landfall/dist/index.js',
      'landfall/dist/index.js',
      folder === 'bench' ? '../../examples/src/x.js' : '../../bench/src/x.js',
    ].map((specifier, index) => ({
      file: `${folder}/src/planted-${index}.ts`,
      text: `import '${specifier}';`,
      rule: imports,
      says: 'bench/ and examples/ import only',
    })),
  ),

  ...circle('value', (other) => `import { x as y } from './${other}.js';\nexport const x: number = y;`),
  ...circle('type', (other) => `import type { X as Y } from './${other}.js';\nexport type X = Y | null;`),

  ...[
    'export function x(): void {\n  try {\n    x();\n  } catch {}\n}',
    'export function x(): void {\n  try {\n    x();\n  } catch (_error) {\n  }\n}',
    'export const x = (work: Promise<void>): Promise<void> => work.catch(() => {});',
  ].map((text, index) => ({
    file: `${src}/transport/swallowed-${index}.ts`,
    text,
    rule: 'plugin',
    says: 'An error disappears here',
  })),
  { file: `${src}/transport/default.ts`, text: 'export default 1;', rule: 'lint/style/noDefaultExport' },
  { file: `${src}/transport/enum.ts`, text: 'export enum X {\n  A = 1,\n}', rule: 'lint/style/noEnum' },
  { file: `${src}/transport/barrel.ts`, text: "export { x } from './x.js';", rule: 'lint/performance/noBarrelFile' },
  { file: `${src}/re-export-all.ts`, text: "export * from './x.js';", rule: 'lint/performance/noReExportAll' },
  { file: `${src}/transport/console.ts`, text: 'console.log(1);', rule: 'lint/suspicious/noConsole' },
  { file: `${src}/transport/BadName.ts`, text: 'export const x = 1;', rule: 'lint/style/useFilenamingConvention' },
];

/**
 * @param {string} name
 * @param {string} text
 * @returns {Plant}
 */
function upward(name, text) {
  return { file: `${src}/protocol/upward-${name}.ts`, text, rule: imports, says: 'Layer protocol/' };
}

/**
 * @param {string} kind
 * @param {(other: string) => string} text
 * @returns {Plant[]}
 */
function circle(kind, text) {
  const [one, two] = [`circle-${kind}-one`, `circle-${kind}-two`];
  return [
    { file: `${src}/transport/${one}.ts`, text: text(two), rule: cycles },
    { file: `${src}/transport/${two}.ts`, text: text(one), rule: cycles },
  ];
}
