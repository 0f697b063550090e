// @ts-check
// Brings a runtime's binary from npm into `.nodes/`, outside the lock file. The packages used are the ones that hold
// the binary itself (`node`, `bun` and `deno` on npm are wrappers whose install scripts fetch these). A binary that is
// there is used again: remove `.nodes/` for newer ones.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runChild } from '../child.mjs';

const fetchTimeoutMs = 5 * 60_000;
const versionTimeoutMs = 30_000;

/**
 * @typedef {{ kind: 'node' | 'bun' | 'deno', binary: string, version: string }} Runtime
 *
 * @param {string} wanted `bun`, `deno`, either with `@version`, or a version of Node: `26`, `22.12.0`.
 * @param {string} root
 * @returns {Promise<Runtime>}
 */
export async function fetchRuntime(wanted, root) {
  const { kind, range, name } = packageOf(wanted);
  const { folder, binary } = placeOf(wanted, root);
  if (!existsSync(binary)) await install(`${name}@${range}`, folder);
  const ran = await runChild(binary, ['--version'], { timeoutMs: versionTimeoutMs });
  const version = /\d+\.\d+\.\d+\S*/.exec(ran.stdout)?.[0];
  if (!ran.ok || version === undefined) throw new Error(`${binary} --version failed: ${ran.output}`);
  return { kind, binary, version };
}

/**
 * Whether the runtime is there already.
 *
 * @param {string} wanted As for `fetchRuntime`.
 * @param {string} root
 */
export function isFetched(wanted, root) {
  return existsSync(placeOf(wanted, root).binary);
}

/**
 * @param {string} wanted
 * @param {string} root
 */
function placeOf(wanted, root) {
  const { kind, range, name, file } = packageOf(wanted);
  const folder = join(root, '.nodes', `${kind}-${range}`);
  return { folder, binary: join(folder, 'node_modules', name, file) };
}

/** @param {string} wanted */
function packageOf(wanted) {
  const [, kind = 'node', range = 'latest'] = /^(bun|deno)(?:@(.+))?$/.exec(wanted) ?? [];
  const exe = process.platform === 'win32' ? '.exe' : '';
  if (kind === 'bun') {
    const system = process.platform === 'win32' ? 'windows' : process.platform;
    const name = `@oven/bun-${system}-${process.arch === 'arm64' ? 'aarch64' : process.arch}${needsBaseline() ? '-baseline' : ''}`;
    return { kind: /** @type {const} */ ('bun'), range, name, file: `bin/bun${exe}` };
  }
  if (kind === 'deno') {
    const name = `@deno/${process.platform}-${process.arch}${process.platform === 'linux' ? '-glibc' : ''}`;
    return { kind: /** @type {const} */ ('deno'), range, name, file: `deno${exe}` };
  }
  if (!/^\d+(\.\d+){0,2}$/.test(wanted)) throw new Error(`${wanted} is no version of Node, nor bun or deno`);
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  return { kind: /** @type {const} */ ('node'), range: wanted, name, file: `bin/node${exe}` };
}

/** Whether this is a processor without AVX2, for which Bun has builds of its own. */
function needsBaseline() {
  if (process.platform !== 'linux' || process.arch !== 'x64') return false;
  return !readFileSync('/proc/cpuinfo', 'utf8').includes(' avx2');
}

/**
 * @param {string} spec
 * @param {string} folder
 */
async function install(spec, folder) {
  console.error(`fetching ${spec} …`);
  // Beside its place first, so that an interrupted fetch is not taken for a whole one.
  const unfinished = `${folder}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  writeFileSync(join(unfinished, 'package.json'), '{ "private": true }\n');
  const options = ['--no-audit', '--no-fund', '--no-package-lock', '--ignore-scripts', '--workspaces=false'];
  const args = ['install', '--prefix', unfinished, ...options, spec];
  const installed = await runChild('npm', args, { cwd: unfinished, timeoutMs: fetchTimeoutMs });
  if (!installed.ok) throw new Error(`npm could not bring ${spec}: ${installed.output}`);
  rmSync(folder, { recursive: true, force: true });
  renameSync(unfinished, folder);
}
