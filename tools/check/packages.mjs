// @ts-check
// The packages as a consumer gets them: packed, installed in an empty project, used by `import`, by `require` and by a
// compiler, and looked at by the two tools that know what goes wrong in packages.
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runChild } from '../child.mjs';
import { inTemporaryFolder } from '../temporary-folder.mjs';
import { toolProblems } from './command-step.mjs';

const consumers = fileURLToPath(new URL('./consumer', import.meta.url));
const npmTimeoutMs = 2 * 60_000;
const useTimeoutMs = 30_000;

/** Where a package is, what it is installed as, what it holds besides the usual, and who uses it. */
const packages = [
  { folder: 'packages/landfall', name: 'landfall', holds: ['dist/testing/index.js'], consumer: 'landfall' },
  { folder: 'packages/postgres', name: '@landfall/postgres', holds: [], consumer: 'postgres' },
];

/**
 * @param {string} root
 * @returns {Promise<string[]>}
 */
export async function checkPackages(root) {
  const problems = [];
  for (const one of packages)
    problems.push(...(await inTemporaryFolder((folder) => packageProblems(root, folder, one))));
  return problems;
}

/**
 * @param {string} root
 * @param {string} folder
 * @param {typeof packages[number]} one
 */
async function packageProblems(root, folder, one) {
  const tarball = await pack(join(root, one.folder), folder);
  const needed = [];
  for (const dependency of dependenciesOf(root, join(root, one.folder))) needed.push(await pack(dependency, folder));
  const project = await emptyProjectWith([tarball, ...needed], folder, one.consumer);
  return [
    ...contentProblems(join(project, 'node_modules', one.name), one.holds),
    ...(await useProblems(project)),
    ...(await typeProblems(root, project)),
    ...(await toolProblems(root, 'publint', ['run', tarball, '--strict'], folder)),
    // They are ESM alone, and `require` of that works on every Node they support: so that one finding is no fault.
    ...(await toolProblems(
      root,
      'attw',
      [tarball, '--profile', 'node16', '--ignore-rules', 'cjs-resolves-to-esm', '--no-emoji', '--no-color'],
      folder,
    )),
  ];
}

/**
 * Every package that one needs at run time, as it is installed here, so that the check asks no registry.
 *
 * @param {string} root
 * @param {string} folder
 * @returns {Set<string>}
 */
function dependenciesOf(root, folder, found = new Set()) {
  const { dependencies = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  for (const name of Object.keys(dependencies)) {
    const installed = join(root, 'node_modules', name);
    if (found.has(installed)) continue;
    found.add(installed);
    dependenciesOf(root, installed, found);
  }
  return found;
}

/**
 * @param {string} source
 * @param {string} folder
 */
async function pack(source, folder) {
  const into = join(folder, `packed-${readdirSync(folder).length}`);
  mkdirSync(into);
  // What is installed is built already, and knows nothing of what it was built with.
  const scripts = source.includes('node_modules') ? ['--ignore-scripts'] : [];
  const args = ['pack', '--pack-destination', into, ...scripts];
  const packed = await runChild('npm', args, { cwd: source, timeoutMs: npmTimeoutMs });
  if (!packed.ok) throw new Error(`npm pack failed: ${packed.output}`);
  const tarball = readdirSync(into).find((name) => name.endsWith('.tgz'));
  if (tarball === undefined) throw new Error(`npm pack made no tarball: ${packed.output}`);
  return join(into, tarball);
}

/**
 * @param {readonly string[]} tarballs
 * @param {string} folder
 * @param {string} consumer
 */
async function emptyProjectWith(tarballs, folder, consumer) {
  const project = join(folder, 'project');
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{ "private": true, "type": "module" }\n');
  const args = ['install', '--offline', '--no-audit', '--no-fund', '--no-package-lock', ...tarballs];
  const installed = await runChild('npm', args, { cwd: project, timeoutMs: npmTimeoutMs });
  if (!installed.ok) throw new Error(`npm install of the tarballs failed: ${installed.output}`);
  cpSync(join(consumers, consumer), project, { recursive: true });
  return project;
}

/**
 * @param {string} installed The package's folder in the project.
 * @param {readonly string[]} holds
 */
function contentProblems(installed, holds) {
  const files = readdirSync(installed, { recursive: true, encoding: 'utf8' }).map((file) => file.replaceAll('\\', '/'));
  const has = new Set(files);
  const missing = ['README.md', 'LICENSE', 'dist/index.js', 'dist/index.d.ts', ...holds].filter(
    (file) => !has.has(file),
  );
  const stray = files.filter((file) => /\.test\.|\.tsbuildinfo$|^dist-test|^test(\/|$)/.test(file));
  const lost = files
    .filter((file) => file.endsWith('.map'))
    .filter((file) => {
      const map = JSON.parse(readFileSync(join(installed, file), 'utf8'));
      if (map.sourcesContent !== undefined) return false;
      return !map.sources.every((/** @type {string} */ source) => has.has(posix.join(posix.dirname(file), source)));
    });
  return [
    ...missing.map((file) => `the tarball lacks ${file}`),
    ...stray.map((file) => `the tarball holds ${file}, which is no consumer's`),
    ...lost.map((file) => `${file} of the tarball points at a source that is not in it`),
  ];
}

/** @param {string} project */
async function useProblems(project) {
  const problems = [];
  for (const file of ['use.mjs', 'use.cjs']) {
    const used = await runChild(process.execPath, [file], { cwd: project, timeoutMs: useTimeoutMs });
    if (!used.ok) problems.push(`${file} in an empty project:\n${used.output}`);
  }
  return problems;
}

/**
 * @param {string} root
 * @param {string} project
 */
async function typeProblems(root, project) {
  linkNodeTypes(root, project);
  const problems = [];
  for (const [moduleKind, moduleResolution] of [
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ]) {
    const options = { strict: true, exactOptionalPropertyTypes: true, noEmit: true, target: 'es2022', types: ['node'] };
    const config = { compilerOptions: { ...options, module: moduleKind, moduleResolution }, files: ['use.ts'] };
    const file = `tsconfig.${moduleResolution}.json`;
    writeFileSync(join(project, file), JSON.stringify(config));
    problems.push(...(await toolProblems(root, 'tsc', ['-p', file], project)));
  }
  return problems;
}

/**
 * Lends a temporary project the declarations of Node that this checkout has installed.
 *
 * @param {string} root
 * @param {string} project
 */
export function linkNodeTypes(root, project) {
  const link = join(project, 'node_modules/@types/node');
  mkdirSync(dirname(link), { recursive: true });
  symlinkSync(join(root, 'node_modules/@types/node'), link, 'junction');
}
