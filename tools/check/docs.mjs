// @ts-check
// The documents against the code: every ```ts block of README.md and docs/ compiles against the built package, every
// ```ts run block also runs to its end, links lead somewhere, decisions stay short, generated tables are current.
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { runChild } from '../child.mjs';
import { inTemporaryFolder } from '../temporary-folder.mjs';
import { runTool } from './command-step.mjs';
import { markdownFiles } from './markdown.mjs';
import { linkNodeTypes } from './packages.mjs';

const runTimeoutMs = 20_000;
const decisionLinesMax = 40;

/** @typedef {import('./markdown.mjs').Markdown} Markdown */

/**
 * @param {string} root
 * @returns {Promise<string[]>}
 */
export async function checkDocs(root) {
  const files = markdownFiles(root);
  const withCode = files.filter(({ path }) => path === 'README.md' || path.startsWith('docs/'));
  return [
    ...files.flatMap((file) => linkProblems(root, file, files)),
    ...files.filter(({ path }) => path.startsWith('docs/decisions/')).flatMap(lengthProblems),
    ...(await generatedProblems(root, files)),
    ...(await inTemporaryFolder((folder) => codeProblems(root, folder, withCode))),
  ];
}

/**
 * @param {string} root
 * @param {Markdown} file
 * @param {readonly Markdown[]} files
 */
function linkProblems(root, file, files) {
  return file.links.flatMap(({ target, line }) => {
    if (/^[a-z][a-z0-9+.-]*:/i.test(target)) return [];
    const [path = '', anchor] = target.split('#', 2);
    const led = path === '' ? file.path : normalize(join(dirname(file.path), decodeURI(path)));
    if (!existsSync(join(root, led))) return [`${file.path}:${line}: ${target} leads nowhere`];
    const document = files.find((other) => other.path === led.replaceAll('\\', '/'));
    const isLost = anchor !== undefined && document !== undefined && !document.anchors.has(anchor);
    return isLost ? [`${file.path}:${line}: ${target}: there is no such heading`] : [];
  });
}

/** @param {Markdown} file */
function lengthProblems({ path, lines }) {
  return lines.length > decisionLinesMax
    ? [`${path} has ${lines.length} lines; a decision has at most ${decisionLinesMax}`]
    : [];
}

/**
 * @param {string} root
 * @param {readonly Markdown[]} files
 */
async function generatedProblems(root, files) {
  const readme = files.find(({ path }) => path === 'README.md');
  if (readme === undefined || !readme.lines.some((line) => line.includes('<!-- generated:'))) return [];
  const args = ['bench/dist/readme.js', '--check'];
  const checked = await runChild(process.execPath, args, { cwd: root, timeoutMs: runTimeoutMs });
  return checked.ok ? [] : [`a generated table of README.md is out of date:\n${checked.output}`];
}

/**
 * @param {string} root
 * @param {string} folder
 * @param {readonly Markdown[]} files
 */
async function codeProblems(root, folder, files) {
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
  symlinkSync(join(root, 'packages/landfall'), join(folder, 'node_modules/landfall'), 'junction');
  mkdirSync(join(folder, 'src'));
  for (const { name, line, text } of blocks) {
    // As many empty lines first as make the compiler's line numbers those of the document.
    writeFileSync(join(folder, 'src', `${name}.ts`), '\n'.repeat(line - 1) + text);
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(compilerConfig));
  const compiled = await runTool(root, 'tsc', ['-p', '.'], folder);
  const problems = compiled.ok ? [] : [named(compiled.output)];
  for (const { name, path, line } of blocks.filter(({ runs }) => runs)) {
    const ran = await runChild(process.execPath, [join('dist', `${name}.js`)], {
      cwd: folder,
      timeoutMs: runTimeoutMs,
    });
    if (!ran.ok) problems.push(`${path}:${line}: the example does not run to its end:\n${ran.output}`);
  }
  return problems;

  /** @param {string} output */
  function named(output) {
    return blocks.reduce((text, { name, path }) => text.replaceAll(`src/${name}.ts`, path), output);
  }
}

const compilerConfig = {
  compilerOptions: {
    ...{ strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true },
    ...{ target: 'es2022', lib: ['es2023', 'esnext.disposable'], types: ['node'], skipLibCheck: true },
    ...{ module: 'nodenext', moduleDetection: 'force', rootDir: 'src', outDir: 'dist' },
  },
  include: ['src'],
};
