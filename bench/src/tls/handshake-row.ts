/** One row of handshakes: server and client are of the same kind, and both are started for each turn. */
import { fileURLToPath } from 'node:url';
import { numberField } from '../harness/child.js';
import { withChildren } from '../harness/children.js';
import { peakResidentBytes, usageOf } from '../harness/process-usage.js';
import { foldRates, rateSample, ratioOverRounds } from '../harness/rates.js';
import type { HandshakeKind, HandshakeResult, RateSample } from '../harness/result.js';
import { rounded } from '../harness/statistics.js';
import type { SuiteRow } from '../harness/suite-run.js';

/** What the turns of all rows have in common. */
export interface HandshakeTurns {
  seconds: number;
  /** The folder of `certificate.pem` and `key.pem`. */
  tlsFolder: string;
  /** Ends both processes at once. */
  signal: AbortSignal;
}

const PROGRAM = fileURLToPath(new URL('./handshake-program.js', import.meta.url));
const DEADLINE_MS = 30_000;

/** One row, and what it showed so far. */
export class HandshakeRow implements SuiteRow<RateSample> {
  readonly contender: string;
  readonly kind: HandshakeKind;
  readonly samples: RateSample[] = [];

  constructor(contender: string, kind: HandshakeKind) {
    this.contender = contender;
    this.kind = kind;
  }

  /** Shakes hands for a while. */
  runTurn(round: number, { seconds, tlsFolder, signal }: HandshakeTurns): Promise<RateSample> {
    return withChildren(signal, async (start) => {
      const program = (role: string, ...more: string[]) =>
        start(`${this.contender} ${role} of ${this.kind} handshakes`, {
          command: process.execPath,
          args: [PROGRAM, this.contender, role, '--tls', tlsFolder, ...more],
        });
      const listening = await program('server').event('listening', DEADLINE_MS);
      const port = String(numberField(listening, 'port'));
      const milliseconds = String(Math.round(seconds * 1000));
      const client = program('client', '--port', port, '--kind', this.kind, '--milliseconds', milliseconds);
      const shaken = await client.event('shaken', DEADLINE_MS + seconds * 2000);
      return rateSample(round, numberField(shaken, 'frames'), {
        seconds: numberField(shaken, 'seconds'),
        cpuSeconds: numberField(shaken, 'cpuSeconds'),
        peakRssBytes: usageOf(peakResidentBytes, client),
      });
    });
  }

  /** Of at least one turn. */
  result(base: HandshakeRow | undefined): HandshakeResult {
    const rates = foldRates(this.samples, 0);
    return {
      contender: this.contender,
      kind: this.kind,
      handshakes: rates.frames,
      handshakesPerSec: rates.framesPerSec,
      handshakesPerSecMin: rates.framesPerSecMin,
      handshakesPerSecMax: rates.framesPerSecMax,
      cpuMicrosPerHandshake: rounded(rates.cpuNanosPerFrame / 1000),
      ratioToNode: ratioOverRounds(this.samples, base?.samples),
      samples: rates.samples,
      runtime: `node ${process.versions.node}`,
    };
  }
}
