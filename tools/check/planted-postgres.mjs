// @ts-check
// The same as planted.mjs for the layers of packages/postgres.

const src = 'packages/postgres/src';
const imports = 'lint/style/noRestrictedImports';
const globals = 'lint/style/noRestrictedGlobals';
const clocks = ['setTimeout', 'setImmediate', 'queueMicrotask', 'performance'];
const impure = [...clocks, 'Promise', 'Date'];

/** What each folder must not import. @type {Readonly<Record<string, readonly string[]>>} */
const forbidden = {
  wire: ['../types/x.js', '../auth/x.js', '../session/x.js', '../connection/x.js', 'landfall', 'node:net'],
  auth: ['../wire/x.js', '../config/x.js', '../connection/x.js', 'landfall', 'node:fs', 'node:net', 'some-package'],
  types: ['../auth/x.js', '../session/x.js', '../connection/x.js', 'landfall', 'node:net', 'some-package'],
  config: ['../wire/x.js', '../auth/x.js', '../connection/x.js', 'landfall/testing', 'node:net', 'node:tls'],
  session: ['../auth/x.js', '../config/x.js', '../connection/x.js', 'landfall', 'node:net', 'some-package'],
  connection: [
    '../pool/x.js',
    '../index.js',
    '../../../landfall/src/index.js',
    'landfall/testing',
    'node:net',
    'node:tls',
  ],
  pool: ['../index.js', '../../test/x.js', 'landfall', 'node:net', 'node:tls', 'some-package'],
};

/** What the pure ones must not use. @type {Readonly<Record<string, readonly string[]>>} */
const withheld = {
  wire: impure,
  auth: impure,
  types: [...clocks, 'Promise'],
  config: [...clocks, 'Date'],
  session: impure,
};

/** Folders of packages/postgres/src that the table rules. */
export const ruledFolders = Object.keys(forbidden);

/** @type {readonly import('./planted.mjs').Plant[]} */
export const plants = [
  { file: `${src}/errors.ts`, text: "import './wire/x.js';", rule: imports, says: 'Layer postgres errors.ts' },
  { file: `${src}/planted.ts`, text: "import 'landfall';", rule: imports, says: 'Layer postgres index.ts' },
  ...Object.entries(forbidden).flatMap(([folder, specifiers]) =>
    specifiers.map((specifier, index) => ({
      file: `${src}/${folder}/planted-${index}.ts`,
      text: `import '${specifier}';`,
      rule: imports,
      says: `Layer postgres ${folder}/`,
    })),
  ),
  ...Object.entries(withheld).flatMap(([folder, names]) =>
    names.map((name) => ({
      file: `${src}/${folder}/global-${name.toLowerCase()}.ts`,
      text: `export const x: unknown = ${name};`,
      rule: globals,
      says: `Do not use the global variable ${name}`,
    })),
  ),
  {
    file: 'packages/postgres/test/planted.ts',
    text: "import '../../../bench/src/cli.js';",
    rule: imports,
    says: 'Nothing imports bench/',
  },
  { file: `${src}/pool/barrel.ts`, text: "export { x } from './x.js';", rule: 'lint/performance/noBarrelFile' },
  { file: `${src}/connection/console.ts`, text: 'console.log(1);', rule: 'lint/suspicious/noConsole' },
];
