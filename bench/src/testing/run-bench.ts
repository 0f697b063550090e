/** Runs the benchmark's command line as a user does, to its end, under a deadline. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../cli.js', import.meta.url));
const DEADLINE_MS = 120_000;

/** How a run ended and what it said. */
export interface BenchOutcome {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** A started command line. */
export interface BenchProcess {
  process: ChildProcessByStdio<null, Readable, Readable>;
  outcome: Promise<BenchOutcome>;
}

/** Starts it. What it keeps goes to a folder that is removed when the test process ends. */
export function startBench(...args: string[]): BenchProcess {
  return startBenchInto(ownFolder(), ...args);
}

/** As `startBench`; results are kept below `out`. */
export function startBenchInto(out: string, ...args: string[]): BenchProcess {
  const signal = AbortSignal.timeout(DEADLINE_MS);
  const env = { ...process.env, LANDFALL_BENCH_OUT: out };
  const child = spawn(process.execPath, [CLI, ...args], { stdio: ['ignore', 'pipe', 'pipe'], signal, env });
  const outcome = Promise.all([once(child, 'close'), text(child.stdout), text(child.stderr)]);
  return {
    process: child,
    outcome: outcome.then(([[status], stdout, stderr]) => ({ status: status as number | null, stdout, stderr })),
  };
}

/** Runs it to its end. */
export function runBench(...args: string[]): Promise<BenchOutcome> {
  return startBench(...args).outcome;
}

let folder: string | undefined;

function ownFolder(): string {
  if (folder === undefined) {
    const made = mkdtempSync(join(tmpdir(), 'landfall-bench-'));
    process.once('exit', () => rmSync(made, { recursive: true, force: true }));
    folder = made;
  }
  return folder;
}

/** Resolves to the first match of `pattern` in what the stream says, which goes on flowing to its other readers. */
export function said(stream: Readable, pattern: RegExp): Promise<RegExpMatchArray> {
  return new Promise((resolve, reject) => {
    let heard = '';
    stream.on('data', (chunk: Buffer | string) => {
      heard += chunk;
      const match = heard.match(pattern);
      if (match !== null) resolve(match);
    });
    stream.on('close', () => reject(new Error(`ended without ${pattern}: ${heard}`)));
  });
}
