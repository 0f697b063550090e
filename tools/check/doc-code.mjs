// @ts-check
// The examples in documents: every ```ts block compiles against the built package, and every ```ts run block also runs
// to its end.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runChild } from '../child.mjs';
import { runTool } from './command-step.mjs';
import { linkNodeTypes } from './packages.mjs';

const runTimeoutMs = 20_000;
/** What examples import, and where it is here. */
const ours = {
  landfall: 'packages/landfall',
  '@landfall/postgres': 'packages/postgres',
  '@landfall/postgres-server': 'packages/postgres-server',
};
/** What a block in the guide may say it is: run to its end, compiled only as it has no end, or no code of ours. */
const guideMarks = ['ts run', 'ts compile', 'sh', 'text'];

/** @typedef {import('./markdown.mjs').Markdown} Markdown */

/**
 * Blocks of a page of the guide that nothing would check.
 *
 * @param {Markdown} file
 */
export function markProblems({ path, fences }) {
  return fences
    .filter(({ info }) => !guideMarks.includes(info))
    .map(
      ({ line, info }) => `${path}:${line - 1}: a block marked “${info}”; it has to be one of ${guideMarks.join(', ')}`,
    );
}

/**
 * @param {string} root
 * @param {string} folder
 * @param {readonly Markdown[]} files
 */
export async function codeProblems(root, folder, files) {
  const blocks = files.flatMap(({ path, fences }) =>
    fences
      .filter(({ info }) => /^(ts|typescript)(\s|$)/.test(info))
      .map((fence) => ({
        ...fence,
        path,
        name: `${path.replace(/[^\w]/g, '-')}-${fence.line}`,
        runs: /\srun(\s|$)/.test(fence.info),
      })),
  );
  if (blocks.length === 0) return [];
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  linkNodeTypes(root, folder);
  mkdirSync(join(folder, 'node_modules/@landfall'));
  for (const [name, source] of Object.entries(ours)) {
    symlinkSync(join(root, source), join(folder, 'node_modules', name), 'junction');
  }
  mkdirSync(join(folder, 'src'));
  for (const { name, line, text } of blocks) {
    // As many empty lines first as make the compiler's line numbers those of the document.
    writeFileSync(join(folder, 'src', `${name}.ts`), '\n'.repeat(line - 1) + text);
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(compilerConfig));
  const compiled = await runTool(root, 'tsc', ['-p', '.'], folder);
  // What goes on with a complaint is indented.
  const problems = compiled.ok ? [] : compiled.output.trim().split(/\n(?=\S)/);
  const isBroken = (/** @type {string} */ name) => problems.some((problem) => problem.startsWith(`src/${name}.ts`));
  const sound = blocks.filter(({ runs, name }) => runs && !isBroken(name));
  const named = problems.map((problem) =>
    blocks.reduce((text, { name, path }) => text.replaceAll(`src/${name}.ts`, path), problem),
  );
  for (const { name, path, line } of sound) {
    const ran = await runChild(process.execPath, [join('dist', `${name}.js`)], {
      cwd: folder,
      timeoutMs: runTimeoutMs,
    });
    if (!ran.ok)
      named.push(`${path}:${line}: the example does not run to its end:\n${ran.output || `exit status ${ran.status}`}`);
  }
  return named;
}

const compilerConfig = {
  compilerOptions: {
    ...{ strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true },
    ...{ target: 'es2022', lib: ['es2023', 'esnext.disposable'], types: ['node'], skipLibCheck: true },
    ...{ module: 'nodenext', moduleDetection: 'force', rootDir: 'src', outDir: 'dist' },
  },
  include: ['src'],
};
