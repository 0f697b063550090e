// @ts-check
// The layer rules live in biome.json. This proves them: in a copy of the tree every planted violation must raise the
// one complaint it was planted for, and the tree without plants none at all.
import { appendFileSync, cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { inTemporaryFolder } from '../temporary-folder.mjs';
import { runTool } from './command-step.mjs';
import { ruledFolders as landfallFolders, plants as landfallPlants } from './planted.mjs';
import { ruledFolders as postgresFolders, plants as postgresPlants } from './planted-postgres.mjs';

const plants = [...landfallPlants, ...postgresPlants];
/** By the sources that they are in. @type {Readonly<Record<string, readonly string[]>>} */
const ruledFolders = { 'packages/landfall/src': landfallFolders, 'packages/postgres/src': postgresFolders };
const copied = ['biome.json', '.gitignore', 'package.json', 'tools', 'packages', 'bench', 'examples'];
const leftOut = new Set(['node_modules', 'dist', 'dist-test', '.peers', 'out']);

/** @typedef {{ category: string, message: string, location: { path: string } }} Diagnostic */

/**
 * @param {string} root
 * @returns {Promise<string[]>}
 */
export async function checkLayers(root) {
  const unruled = Object.entries(ruledFolders).flatMap(([source, folders]) =>
    readdirSync(join(root, source), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !folders.includes(entry.name))
      .map((entry) => `${source}/${entry.name}/ has no row in the layer table (biome.json, tools/check/planted*.mjs)`),
  );
  const found = await inTemporaryFolder(async (folder) => {
    for (const name of copied) {
      cpSync(join(root, name), join(folder, name), { recursive: true, filter: (path) => !leftOut.has(basename(path)) });
    }
    return [...(await unplantedProblems(root, folder)), ...(await plantedProblems(root, folder))];
  });
  return [...unruled, ...found];
}

/**
 * @param {string} root
 * @param {string} folder
 */
async function unplantedProblems(root, folder) {
  const rules = new Set(plants.map((plant) => plant.rule));
  const diagnostics = await lint(root, folder);
  return diagnostics.filter(({ category }) => rules.has(category)).map((diagnostic) => describe(diagnostic));
}

/**
 * @param {string} root
 * @param {string} folder
 */
async function plantedProblems(root, folder) {
  for (const { file, text } of plants) {
    const path = join(folder, file);
    mkdirSync(dirname(path), { recursive: true });
    appendFileSync(path, `${existsSync(path) ? '\n' : ''}${text}\n`);
  }
  const diagnostics = await lint(root, folder);
  return plants.flatMap(({ file, text, rule, says = '' }) => {
    const raised = diagnostics.filter(({ location }) => location.path === file);
    const isRight = raised.length === 1 && raised[0]?.category === rule && raised[0].message.startsWith(says);
    if (isRight) return [];
    const instead = raised.length === 0 ? 'nothing' : raised.map(describe).join('\n  ');
    return [`planted in ${file}: ${text}\n  must raise ${rule} “${says}”, but raised\n  ${instead}`];
  });
}

/**
 * @param {string} root
 * @param {string} folder
 * @returns {Promise<Diagnostic[]>}
 */
async function lint(root, folder) {
  const { stdout, output } = await runTool(
    root,
    'biome',
    ['lint', '--reporter=json', '--max-diagnostics=none', '.'],
    folder,
  );
  try {
    return JSON.parse(stdout).diagnostics;
  } catch (error) {
    throw new Error(`biome printed no report: ${output}`, { cause: error });
  }
}

/** @param {Diagnostic} diagnostic */
function describe({ category, message, location }) {
  return `${location.path}: ${category} ${message}`;
}
