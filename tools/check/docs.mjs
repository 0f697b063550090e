// @ts-check
// The documents against the code: their examples compile and run, links lead somewhere, decisions and pages of the guide
// stay short, generated tables are current.
import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { runChild } from '../child.mjs';
import { inTemporaryFolder } from '../temporary-folder.mjs';
import { codeProblems, markProblems } from './doc-code.mjs';
import { markdownFiles, parseMarkdown } from './markdown.mjs';
import { brokenExamples } from './planted-examples.mjs';

const runTimeoutMs = 20_000;
/** The most lines that a document of a folder may have. @type {readonly (readonly [string, number])[]} */
const linesMax = [
  ['docs/decisions/', 40],
  ['docs/guide/', 200],
];

/** @typedef {import('./markdown.mjs').Markdown} Markdown */

/**
 * @param {string} root
 * @returns {Promise<string[]>}
 */
export async function checkDocs(root) {
  const files = markdownFiles(root);
  const withCode = files.filter(({ path }) => /^(packages\/.*\/)?README\.md$|^docs\//.test(path));
  return [
    ...files.flatMap((file) => linkProblems(root, file, files)),
    ...files.flatMap(lengthProblems),
    ...files.filter(({ path }) => path.startsWith('docs/guide/')).flatMap(markProblems),
    ...(await generatedProblems(root, files)),
    ...(await inTemporaryFolder((folder) => codeProblems(root, folder, withCode))),
    ...(await plantedProblems(root)),
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
  return linesMax
    .filter(([folder, max]) => path.startsWith(folder) && lines.length > max)
    .map(([folder, max]) => `${path} has ${lines.length} lines; one in ${folder} has at most ${max}`);
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
 * What proves that a broken example fails the check: each that is planted must raise its own complaint, and no other.
 *
 * @param {string} root
 */
async function plantedProblems(root) {
  const text = brokenExamples.map(({ mark, code }) => `\`\`\`${mark}\n${code}\n\`\`\`\n`).join('');
  const planted = parseMarkdown('docs/guide/planted.md', text);
  const raised = [
    ...markProblems(planted),
    ...(await inTemporaryFolder((folder) => codeProblems(root, folder, [planted]))),
  ];
  const silent = brokenExamples.filter(({ says }) => !raised.some((problem) => problem.includes(says)));
  return [
    ...silent.map(({ code, says }) => `planted: ${code}\n  must raise “${says}”, but raised\n  ${raised.join('\n  ')}`),
    ...(raised.length === brokenExamples.length
      ? []
      : [`planted ${brokenExamples.length}, raised ${raised.length}:`, ...raised]),
  ];
}
