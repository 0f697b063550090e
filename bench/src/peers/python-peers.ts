/**
 * The contenders in Python: which interpreter can run which, and the virtual environment that `bench:peers` makes.
 *
 * Two interpreters are asked, in this order: the one of the virtual environment, then `python3` of the system. A row
 * takes the first that has what it needs, so that a machine with uvloop and Tornado installed needs no network.
 */
import { access, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { MissingPeer, PeerCommand } from './peer.js';
import { ProgramError, runProgram } from './run-program.js';

const PROBE_TIMEOUT_MS = 20_000;
const VENV_TIMEOUT_MS = 120_000;
const INSTALL_TIMEOUT_MS = 300_000;
/** The first version with everything the programs use, as [major, minor]. */
const OLDEST_PYTHON = [3, 11] as const;

const folder = fileURLToPath(new URL('../../contenders/python/', import.meta.url));
const environment = fileURLToPath(new URL('../../.peers/python', import.meta.url));
/** The interpreter of the virtual environment that `bench:peers` makes. */
export const environmentPython: string = `${environment}/bin/python`;

const PYTHON_REMEDY = `install Python ${OLDEST_PYTHON.join('.')} or newer as \`python3\``;
/** How to get what an interpreter lacks. */
export const PACKAGE_REMEDY: string = 'run `npm run bench:peers`';

type Package = 'uvloop' | 'tornado' | 'asyncpg';
interface Row {
  contender: string;
  needs: Package | null;
}
const ROWS: readonly Row[] = [
  { contender: 'asyncio-protocol', needs: null },
  { contender: 'asyncio-buffered', needs: null },
  { contender: 'uvloop-protocol', needs: 'uvloop' },
  { contender: 'uvloop-buffered', needs: 'uvloop' },
  { contender: 'tornado-read-bytes', needs: 'tornado' },
  { contender: 'tornado-read-into', needs: 'tornado' },
];
/** Of another suite; it needs uvloop, too. */
const POSTGRES_ROW: Row = { contender: 'asyncpg', needs: 'asyncpg' };

/** What one interpreter says about itself; a package it lacks is null. */
export type Interpreter = { command: string; python: string } & Record<Package, string | null>;

const PROBE = `
import importlib.metadata, json, platform
def version(name):
    try: return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError: return None
print(json.dumps({"python": platform.python_version()} | {name: version(name) for name in ["uvloop", "tornado", "asyncpg"]}))
`;

/** Every row in Python, as a command or as missing. */
export async function findPythonPeers(): Promise<{ found: PeerCommand[]; missing: MissingPeer[] }> {
  const found: PeerCommand[] = [];
  const missing: MissingPeer[] = [];
  const complaints: string[] = [];
  const interpreters: Interpreter[] = [];
  for (const command of [environmentPython, 'python3']) {
    const answer = await probe(command);
    if (typeof answer !== 'string') interpreters.push(answer);
    else if (command === 'python3') complaints.push(answer);
  }
  for (const { contender, needs } of ROWS) {
    const interpreter = interpreters.find((each) => needs === null || each[needs] !== null);
    if (interpreter !== undefined) found.push(asCommand(contender, needs, interpreter));
    else if (interpreters.length === 0) missing.push({ contender, why: complaints.join('; '), remedy: PYTHON_REMEDY });
    else missing.push({ contender, why: `no python3 here has ${needs}`, remedy: PACKAGE_REMEDY });
  }
  return { found, missing };
}

function asCommand(contender: string, needs: Package | null, interpreter: Interpreter): PeerCommand {
  const version = needs === null ? '' : `, ${needs} ${interpreter[needs]}`;
  // -B: no compiled files beside the sources.
  const args = ['-B', `${folder}echo.py`, contender];
  return { contender, command: interpreter.command, args, runtime: `python ${interpreter.python}${version}` };
}

/** What the interpreter has, or why it cannot be used. */
export async function probe(command: string): Promise<Interpreter | string> {
  try {
    const answer = JSON.parse(await runProgram(command, ['-c', PROBE], PROBE_TIMEOUT_MS)) as Omit<
      Interpreter,
      'command'
    >;
    const [major = 0, minor = 0] = answer.python.split('.').map(Number);
    const isOld = major < OLDEST_PYTHON[0] || (major === OLDEST_PYTHON[0] && minor < OLDEST_PYTHON[1]);
    return isOld ? `\`${command}\` is Python ${answer.python}` : { command, ...answer };
  } catch (error) {
    if (error instanceof ProgramError) return error.message;
    throw error;
  }
}

/** Makes the virtual environment with the pinned packages; what it already has stays. */
export async function makePythonPeers(log: (line: string) => void): Promise<{ made: string[]; failed: MissingPeer[] }> {
  const made: string[] = [];
  const failed: MissingPeer[] = [];
  const unmade = await makeEnvironment(log);
  for (const pin of await readPins()) {
    const why = unmade?.why ?? (await install(pin, log));
    const remedy = unmade?.remedy ?? "check the network (or pip's index settings) and run `npm run bench:peers` again";
    for (const { contender } of [...ROWS, POSTGRES_ROW].filter((row) => row.needs === pin.name)) {
      if (why === null) made.push(contender);
      else failed.push({ contender, why, remedy });
    }
  }
  return { made, failed };
}

async function makeEnvironment(log: (line: string) => void): Promise<{ why: string; remedy: string } | null> {
  if (typeof (await probe(environmentPython)) !== 'string') return null;
  const system = await probe('python3');
  if (typeof system === 'string') return { why: system, remedy: PYTHON_REMEDY };
  log(`making a virtual environment of Python ${system.python} in bench/.peers/python`);
  try {
    await runProgram('python3', ['-m', 'venv', '--clear', environment], VENV_TIMEOUT_MS);
    await access(environmentPython);
    return null;
  } catch (error) {
    const why = `no virtual environment: ${(error as Error).message}`;
    return { why, remedy: "install Python's venv module (`python3-venv` on Debian and Ubuntu)" };
  }
}

/** Null when the environment has the package as pinned, else why not. */
async function install(pin: Pin, log: (line: string) => void): Promise<string | null> {
  const before = await probe(environmentPython);
  if (typeof before !== 'string' && before[pin.name] === pin.version) return null;
  const requirement = `${pin.name}==${pin.version}`;
  log(`installing ${requirement} from the Python package index`);
  try {
    const pip = ['-m', 'pip', 'install', '--disable-pip-version-check', '--only-binary', ':all:', requirement];
    await runProgram(environmentPython, pip, INSTALL_TIMEOUT_MS);
    return null;
  } catch (error) {
    return `pip could not install ${requirement}: ${(error as Error).message}`;
  }
}

interface Pin {
  name: Package;
  version: string;
}

/** The pinned packages, from the file that any Python tool reads too. */
async function readPins(): Promise<Pin[]> {
  const text = await readFile(`${folder}requirements.txt`, 'utf8');
  return [...text.matchAll(/^(uvloop|tornado|asyncpg)==(\S+)$/gm)].map(([, name, version]) => ({
    name: name as Package,
    version: version as string,
  }));
}
