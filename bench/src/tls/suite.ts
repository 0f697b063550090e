/** The TLS suite: the rows of the echo suite with both ends encrypted, at each size, and handshakes. */
import { fileURLToPath } from 'node:url';
import type { EchoCatalogue } from '../echo/catalogue.js';
import { type EchoProgress, runEcho } from '../echo/suite.js';
import { describeMachine } from '../harness/machine.js';
import type { EchoResult, FailedContender, TlsResultFile, TlsSuiteOptions } from '../harness/result.js';
import { type HandshakeProgress, runHandshakes } from './handshake-suite.js';

/** What a run needs. */
export interface TlsRun {
  options: TlsSuiteOptions;
  catalogue: EchoCatalogue;
  progress: {
    echo(frameBytes: number): EchoProgress;
    handshakes: HandshakeProgress;
  };
  /** Stops the run; what was measured until then is in the result. */
  signal: AbortSignal;
}

/** The rows that can encrypt, in the order of a table. */
export const TLS_CONTENDERS: readonly string[] = [
  'landfall',
  'landfall-protocol',
  'landfall-reused',
  'node-data',
  'asyncio-protocol',
  'asyncio-buffered',
  'uvloop-protocol',
  'uvloop-buffered',
  'tornado-read-bytes',
  'tornado-read-into',
];

const TLS_FOLDER = fileURLToPath(new URL('../../contenders/tls', import.meta.url));

/** Runs the suite. A row that fails at one size has no figures at any. */
export async function runTls({ options, catalogue, progress, signal }: TlsRun): Promise<TlsResultFile> {
  const startedAt = new Date().toISOString();
  const results: EchoResult[] = [];
  const failed: FailedContender[] = [];
  for (const { frameBytes, frames } of options.echoes) {
    if (signal.aborted) break;
    const isWhole = ({ contender }: { contender: string }): boolean =>
      failed.every((each) => each.contender !== contender);
    const found = catalogue.found.filter(isWhole);
    const rounds = Math.min(frames, options.rounds);
    const file = await runEcho({
      options: { frameBytes, frames, rounds, client: 'same' },
      catalogue: { found, missing: [] },
      tlsFolder: TLS_FOLDER,
      progress: progress.echo(frameBytes),
      signal,
    });
    results.push(...file.results);
    failed.push(...file.failed);
  }
  const { handshakeSeconds: seconds, rounds } = options;
  const shaken =
    seconds === 0 || signal.aborted
      ? { handshakes: [], failed: [] }
      : await runHandshakes({ seconds, rounds, tlsFolder: TLS_FOLDER, progress: progress.handshakes, signal });
  return {
    suite: 'tls',
    machine: await describeMachine(),
    startedAt,
    options,
    results: results.filter(({ contender }) => failed.every((each) => each.contender !== contender)),
    handshakes: shaken.handshakes,
    missing: catalogue.missing,
    failed: [...failed, ...shaken.failed],
    interrupted: signal.aborted,
  };
}
