// @ts-check
// The package as a consumer gets it: packed, installed in an empty project, used by `import`, by `require` and by a
// compiler, and looked at by the two tools that know what goes wrong in packages.
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runChild } from '../child.mjs';
import { inTemporaryFolder } from '../temporary-folder.mjs';
import { toolProblems } from './command-step.mjs';

const consumer = fileURLToPath(new URL('./consumer', import.meta.url));
const npmTimeoutMs = 2 * 60_000;
const useTimeoutMs = 30_000;

/**
 * @param {string} root
 * @returns {Promise<string[]>}
 */
export function checkPackages(root) {
  return inTemporaryFolder(async (folder) => {
    const tarball = await pack(root, folder);
    const project = await emptyProjectWith(tarball, folder);
    return [
      ...contentProblems(join(project, 'node_modules/landfall')),
      ...(await useProblems(project)),
      ...(await typeProblems(root, project)),
      ...(await toolProblems(root, 'publint', ['run', tarball, '--strict'], folder)),
      // landfall is ESM alone, and `require` of it works on every Node it supports: so that one finding is no fault.
      ...(await toolProblems(
        root,
        'attw',
        [tarball, '--profile', 'node16', '--ignore-rules', 'cjs-resolves-to-esm', '--no-emoji', '--no-color'],
        folder,
      )),
    ];
  });
}

/**
 * @param {string} root
 * @param {string} folder
 */
async function pack(root, folder) {
  const args = ['pack', '--json', '--pack-destination', folder];
  const packed = await runChild('npm', args, { cwd: join(root, 'packages/landfall'), timeoutMs: npmTimeoutMs });
  if (!packed.ok) throw new Error(`npm pack failed: ${packed.output}`);
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'));
  if (tarball === undefined) throw new Error(`npm pack made no tarball: ${packed.output}`);
  return join(folder, tarball);
}

/**
 * @param {string} tarball
 * @param {string} folder
 */
async function emptyProjectWith(tarball, folder) {
  const project = join(folder, 'project');
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{ "private": true, "type": "module" }\n');
  const args = ['install', '--offline', '--no-audit', '--no-fund', '--no-package-lock', tarball];
  const installed = await runChild('npm', args, { cwd: project, timeoutMs: npmTimeoutMs });
  if (!installed.ok) throw new Error(`npm install of the tarball failed: ${installed.output}`);
  cpSync(consumer, project, { recursive: true });
  return project;
}

/** @param {string} installed The package's folder in the project. */
function contentProblems(installed) {
  const files = readdirSync(installed, { recursive: true, encoding: 'utf8' }).map((file) => file.replaceAll('\\', '/'));
  const has = new Set(files);
  const missing = ['README.md', 'LICENSE', 'dist/index.js', 'dist/index.d.ts', 'dist/testing/index.js'].filter(
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
