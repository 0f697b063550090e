import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { foldRates, rateSample } from '../harness/rates.js';
import type {
  EchoResult,
  HandshakeKind,
  HandshakeResult,
  RateSample,
  StreamsResult,
  StreamsResultFile,
  StreamsTask,
  TlsResultFile,
} from '../harness/result.js';
import { MADE_MACHINE, MADE_METHOD, UNKNOWN_WORK } from '../testing/made-results.js';
import { type Comparison, compareResults } from './comparison.js';

const FACTORS = [1, 1.01, 0.99, 1.005, 0.995];
const COMMON = { machine: MADE_MACHINE, method: MADE_METHOD, startedAt: '2026-11-23T07:40:00.000Z', missing: [] };

/** Five quiet rounds of so many frames a second. */
function rounds(framesPerSec: number): RateSample[] {
  return FACTORS.map((factor, round) =>
    rateSample(round, Math.round(framesPerSec * factor), { seconds: 1, cpuSeconds: 0.5 }),
  );
}

function read(contender: string, task: StreamsTask, frameBytes: number, framesPerSec: number): StreamsResult {
  const rates = foldRates(rounds(framesPerSec), frameBytes);
  return { contender, task, ...rates, ratios: {}, costToSmallest: null, copiedBytesPerByte: null, runtime: '' };
}

function streams(...results: StreamsResult[]): StreamsResultFile {
  const options = { sizes: { lines: [20] }, seconds: 1, rounds: 5 };
  return { suite: 'streams', ...COMMON, options, results, failed: [], interrupted: false };
}

function echoed(contender: string, frameBytes: number, mbPerSec: number): EchoResult {
  const samples = FACTORS.map((factor, round) => {
    return { round, frames: 1, seconds: 1, mbPerSec: mbPerSec * factor, cpuSeconds: null };
  });
  return {
    ...{ contender, frameBytes, frames: 5, verifiedFrames: 5, samples, runtime: '' },
    ...{ mbPerSec, mbPerSecMin: mbPerSec, mbPerSecMax: mbPerSec, cpuSecPerGB: null },
    ...{ idleRssBytes: null, peakRssBytes: null, clientPeakRssBytes: null, copiedBytesPerByte: null },
    ...UNKNOWN_WORK,
  };
}

function shaken(contender: string, kind: HandshakeKind, handshakesPerSec: number): HandshakeResult {
  return {
    ...{ contender, kind, handshakes: 5 * handshakesPerSec, samples: rounds(handshakesPerSec), runtime: '' },
    ...{ handshakesPerSec, handshakesPerSecMin: handshakesPerSec, handshakesPerSecMax: handshakesPerSec },
    ...{ cpuMicrosPerHandshake: 1, ratioToNode: null },
  };
}

function tls(
  results: EchoResult[],
  handshakes: HandshakeResult[],
  failed: TlsResultFile['failed'] = [],
): TlsResultFile {
  const options = { echoes: [{ frameBytes: 1024, frames: 5 }], handshakeSeconds: 1, rounds: 5 };
  return { suite: 'tls', ...COMMON, options, results, handshakes, failed, interrupted: false };
}

/** The rates that changed, and how. */
function changed({ changes }: Comparison): Record<string, string> {
  const rates = changes.filter(({ measure, verdict }) => measure.endsWith('/s') && verdict !== 'same');
  return Object.fromEntries(rates.map(({ row, verdict }) => [row, verdict]));
}

describe('a comparison of streams results', () => {
  it('tells tasks and sizes of one reader apart', () => {
    const old = streams(
      ...[read('landfall-offset', 'lines', 20, 1e6), read('landfall-offset', 'lines', 100, 1e6)],
      ...[read('landfall-read-until', 'until', 1e6, 1000), read('node-until', 'until', 1e6, 1000)],
    );
    const now = streams(
      ...[read('landfall-offset', 'lines', 20, 8e5), read('landfall-offset', 'lines', 100, 1e6)],
      ...[read('landfall-read-until', 'until', 1e6, 1200), read('node-until', 'until', 1e6, 1000)],
    );
    assert.deepEqual(changed(compareResults(old, now)), {
      'landfall-offset, lines, 20 bytes': 'worse',
      'landfall-read-until, until, 1000000 bytes': 'better',
    });
  });
});

describe('a comparison of TLS results', () => {
  const old = tls(
    [echoed('landfall', 1024, 20), echoed('landfall', 65_536, 300)],
    [shaken('landfall', 'full', 400), shaken('landfall', 'resumed', 500), shaken('node', 'full', 400)],
  );

  it('has the echoes at each size, and the handshakes of each kind', () => {
    const now = tls(
      [echoed('landfall', 1024, 20), echoed('landfall', 65_536, 200)],
      [shaken('landfall', 'full', 500), shaken('landfall', 'resumed', 400), shaken('node', 'full', 400)],
    );
    assert.deepEqual(changed(compareResults(old, now)), {
      'landfall, 65536 bytes': 'worse',
      'landfall, full handshakes': 'better',
      'landfall, resumed handshakes': 'worse',
    });
  });

  it('says of every row of a name that failed', () => {
    const now = tls([], [shaken('node', 'full', 400)], [{ contender: 'landfall', error: 'a wrong byte' }]);
    const { gone } = compareResults(old, now);
    assert.deepEqual(
      gone.map(({ row }) => row),
      ['landfall, 1024 bytes', 'landfall, 65536 bytes', 'landfall, full handshakes', 'landfall, resumed handshakes'],
    );
    assert.ok(gone.every(({ why, hasFailed }) => hasFailed && why === 'failed: a wrong byte'));
  });
});
