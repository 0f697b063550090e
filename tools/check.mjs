// @ts-check
// Everything a change must pass before it counts, one line a step. All steps run, also after one has failed:
// `npm run check`; or `npm run check -- layers docs` for some of them.
import './ensure-installed.mjs';
import { fileURLToPath } from 'node:url';
import { commandStep } from './check/command-step.mjs';
import { checkDocs } from './check/docs.mjs';
import { checkLayers } from './check/layers.mjs';
import { checkPackages } from './check/packages.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** A step resolves to what is wrong; nothing when all is well. @type {Record<string, (root: string) => Promise<string[]>>} */
const steps = {
  types: commandStep('tsc', ['-b', '.', 'tools']),
  lint: commandStep('biome', ['check', '--error-on-warnings', '--max-diagnostics=100', '.']),
  exports: commandStep('knip', ['--no-progress', '--treat-config-hints-as-errors']),
  layers: checkLayers,
  packages: checkPackages,
  docs: checkDocs,
};

/** @param {readonly string[]} wanted */
async function main(wanted) {
  const unknown = wanted.filter((name) => !(name in steps));
  if (unknown.length > 0) {
    console.error(`check: no step ${unknown.join(', ')}; there are ${Object.keys(steps).join(', ')}`);
    return 2;
  }
  let failed = 0;
  for (const [name, step] of Object.entries(steps)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const startedAt = performance.now();
    const problems = await problemsOf(step);
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1).padStart(5);
    console.log(`${problems.length === 0 ? 'ok    ' : 'FAILED'} ${name.padEnd(8)} ${seconds} s`);
    for (const problem of problems) console.log(problem.trimEnd().replace(/^/gm, '       '));
    if (problems.length > 0) failed += 1;
  }
  return failed === 0 ? 0 : 1;
}

/** @param {(root: string) => Promise<string[]>} step */
async function problemsOf(step) {
  try {
    return await step(root);
  } catch (error) {
    return [`the step itself failed: ${error instanceof Error ? (error.stack ?? error.message) : error}`];
  }
}

process.exitCode = await main(process.argv.slice(2));
