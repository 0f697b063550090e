// @ts-check
// Installs what is missing, builds, and then runs a program of the build in this same process:
//
//     node tools/run-built.mjs bench/dist/cli.js echo --quick
//
// A script of package.json that does this is one command, so that the shell npm starts it with can become it by `exec`:
// then what ends npm ends the program. A shell that stays between them takes npm's signal and dies alone, and a server
// goes on listening. dash, the `sh` of Debian, stays there for a single command too unless it is told to `exec`.
import './ensure-installed.mjs';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { runStep } from './run-step.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const buildTimeoutMs = 5 * 60_000;

const [target, ...args] = process.argv.slice(2);
if (target === undefined) {
  console.error('usage: node tools/run-built.mjs PROGRAM [ARGUMENT …]');
  process.exit(2);
}
const problem = runStep(join(root, 'node_modules', '.bin', 'tsc'), ['-b'], buildTimeoutMs);
if (problem !== null) {
  console.error(`landfall: the build failed (${problem})`);
  process.exit(1);
}
const program = resolve(root, target);
process.argv = [process.execPath, program, ...args];
await import(pathToFileURL(program).href);
