/** The contenders in Go: one program from one file, with nothing but the standard library. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureCompiled } from './compiled-program.js';
import type { MissingPeer, PeerCommand } from './peer.js';
import { ProgramError, runProgram } from './run-program.js';

/** Each row, and the way of receiving that it is. */
const ROWS = [
  ['go-bufio', 'bufio'],
  ['go-peek', 'peek'],
] as const;
/** The first time, Go compiles its standard library too: 7 s on two cores. */
const BUILD_TIMEOUT_MS = 300_000;
const VERSION_TIMEOUT_MS = 5_000;
const REMEDY = 'install Go 1.21 or newer, so that `go` is on PATH';

const source = fileURLToPath(new URL('../../contenders/go/receiver.go', import.meta.url));
const binary = fileURLToPath(new URL('../../.peers/go/receiver', import.meta.url));

/** Every row in Go, compiled first if need be, as a command or as missing. */
export async function findGoPeers(): Promise<{ found: PeerCommand[]; missing: MissingPeer[] }> {
  try {
    await ensureCompiled({ source, binary, compile });
    const runtime = (await runProgram(binary, ['version'], VERSION_TIMEOUT_MS)).trim();
    const found = ROWS.map(([contender, way]) => ({ contender, command: binary, args: [way], runtime }));
    return { found, missing: [] };
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    const why = error.message;
    return { found: [], missing: ROWS.map(([contender]) => ({ contender, why, remedy: REMEDY })) };
  }
}

async function compile(fresh: string): Promise<void> {
  await runProgram('go', ['build', '-o', fresh, source], BUILD_TIMEOUT_MS, environment());
}

/** Whatever Go keeps is kept beside the binary, where there is no HOME too. Nothing is downloaded. */
function environment(): NodeJS.ProcessEnv {
  const folder = dirname(binary);
  return {
    ...process.env,
    HOME: folder,
    XDG_CONFIG_HOME: join(folder, 'config'),
    GOCACHE: join(folder, 'cache'),
    GOPATH: join(folder, 'path'),
    GOENV: 'off',
    GOFLAGS: '',
    GOWORK: 'off',
    // No go.mod of a folder above is looked at.
    GO111MODULE: 'off',
    GOPROXY: 'off',
    GOTOOLCHAIN: 'local',
    CGO_ENABLED: '0',
  };
}
