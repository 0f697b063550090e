/** A Python process that is asyncio's end of connections: it serves, and connects where it is told to. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { within } from '../../dist/testing/waiting.js';
import type { Family, Where } from '../support/connections.js';
import { unlessLacking } from '../support/programs.js';
import type { ServerRole } from './roles.js';

/** The script lies beside the source of this file. */
const SCRIPT = fileURLToPath(new URL('../../test/interop/asyncio_peer.py', import.meta.url));
const TIMEOUT_MS = 20_000;

/** How asyncio receives. */
export type AsyncioFace = 'protocol' | 'buffered' | 'streams';
/** A connection for asyncio to make. */
export interface Job {
  readonly where: Where;
  readonly role: ServerRole;
  readonly bytes: number;
  readonly pieceBytes: number;
}

/** How to register a test that needs asyncio. */
export function unlessNoAsyncio(): { skip: string | false } {
  if (process.platform === 'win32') return unlessLacking('the script for asyncio serves on Unix sockets too');
  const { stdout } = spawnSync('python3', ['-c', 'import sys; print(sys.version_info >= (3, 8))'], {
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
  });
  return unlessLacking(stdout?.trim() === 'True' ? null : 'there is no Python 3.8 or newer here as `python3`');
}

/** The process. */
export class AsyncioPeer implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #folder: string;
  readonly #ended: Promise<unknown>;
  #servers: Record<ServerRole, { port: number; path: string }> | null = null;

  private constructor(face: AsyncioFace, folder: string) {
    this.#folder = folder;
    // -B: no compiled files beside the sources.
    this.#child = spawn('python3', ['-B', SCRIPT, face, folder], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#ended = new Promise((resolve) => this.#child.once('close', resolve));
    const lines: Interface = createInterface({ input: this.#child.stdout! });
    this.#lines = lines[Symbol.asyncIterator]();
  }

  static async start(face: AsyncioFace): Promise<AsyncioPeer> {
    const peer = new AsyncioPeer(face, await mkdtemp(join(tmpdir(), 'landfall-asyncio-')));
    try {
      peer.#servers = (await peer.#answer()) as Record<ServerRole, { port: number; path: string }>;
      return peer;
    } catch (error) {
      await peer[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Where its server is. */
  where(role: ServerRole, family: Family): Where {
    const { port, path } = this.#servers![role];
    return family === 'Unix' ? { path } : { host: '127.0.0.1', port };
  }

  /** Has it connect. Returns what went wrong, or null. */
  async run(job: Job): Promise<string | null> {
    this.#child.stdin!.write(`${JSON.stringify(job)}\n`);
    return ((await this.#answer()) as { error: string | null }).error;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.stdin!.end();
    try {
      await within('the end of asyncio', this.#ended);
    } finally {
      this.#child.kill('SIGKILL');
      await rm(this.#folder, { recursive: true });
    }
  }

  async #answer(): Promise<unknown> {
    const { value, done } = await within('a line of asyncio', this.#lines.next(), TIMEOUT_MS);
    if (done === true) throw new Error('the Python process has ended');
    return JSON.parse(value);
  }
}
