/** The contenders that are packages of npm: run by Node, installed outside the workspace by `bench:peers`. */
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { PACKAGE_FOLDER } from '../contenders/it-length-prefixed.js';
import { ECHO_PROGRAM, RECEIVER_PROGRAM } from './node-programs.js';
import type { MissingPeer, PeerCommand } from './peer.js';
import { ProgramError, runProgram } from './run-program.js';

const NAME = 'it-length-prefixed';
const INSTALL_TIMEOUT_MS = 120_000;
const REMEDY = 'run `npm run bench:peers`';

const manifests = new URL('../../contenders/npm/', import.meta.url);
const installed = new URL('../../.peers/npm/', import.meta.url);

/** The row of the echo suite, as a command or as missing. */
export function findEchoPackage(): Promise<PeerCommand | MissingPeer> {
  return find(ECHO_PROGRAM);
}

/** The row of the flood, likewise. */
export function findFloodPackage(): Promise<PeerCommand | MissingPeer> {
  return find(RECEIVER_PROGRAM);
}

/** Installs the packages as their lock file has them, unless they are there. Resolves to why that failed, or null. */
export async function makeNpmPeers(log: (line: string) => void): Promise<MissingPeer | null> {
  const { dependencies } = JSON.parse(await readFile(new URL('package.json', manifests), 'utf8'));
  if ((await installedVersion()) === dependencies[NAME]) return null;
  log(`installing ${NAME} ${dependencies[NAME]} from npm into bench/.peers/npm`);
  await mkdir(installed, { recursive: true });
  for (const name of ['package.json', 'package-lock.json']) {
    await copyFile(new URL(name, manifests), new URL(name, installed));
  }
  try {
    const options = ['--workspaces=false', '--no-audit', '--no-fund', '--ignore-scripts'];
    await runProgram('npm', ['ci', '--prefix', fileURLToPath(installed), ...options], INSTALL_TIMEOUT_MS);
    return null;
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    return { contender: NAME, why: error.message, remedy: 'check the network and run `npm run bench:peers` again' };
  }
}

async function find(program: string): Promise<PeerCommand | MissingPeer> {
  const version = await installedVersion();
  if (version === null) return { contender: NAME, why: 'the package is not installed', remedy: REMEDY };
  const runtime = `node ${process.versions.node}, ${NAME} ${version}`;
  return { contender: NAME, command: process.execPath, args: [program, NAME], runtime };
}

/** Null when it is not installed. */
async function installedVersion(): Promise<string | null> {
  try {
    return JSON.parse(await readFile(new URL('package.json', PACKAGE_FOLDER), 'utf8')).version;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
