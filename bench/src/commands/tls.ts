/** `tls`: echoes over TLS, and handshakes. */
import { MIN_FRAME_BYTES } from '../contenders/payload.js';
import { findContenders } from '../echo/catalogue.js';
import type { TlsResultFile, TlsSuiteOptions } from '../harness/result.js';
import { makeTurnProgress } from '../harness/turn-progress.js';
import { formatBytes, formatRate, formatWhole } from '../report/format.js';
import { textTable } from '../report/text-table.js';
import { runTls, TLS_CONTENDERS, type TlsRun } from '../tls/suite.js';
import { handshakeTable, tlsSummary, tlsTable } from '../tls/table.js';
import { frameByteCounts, parseOptions, wholeNumber } from './arguments.js';
import { type Asked, askedOf, runSuiteCommand, SUITE_OPTIONS, suiteHelp } from './suite-command.js';

/** What `--help` says. */
export const tlsHelp: string = `tls           frames echoed over TLS, one row per way of receiving, and handshakes per second
  --frame-bytes N,M   bytes of payload per frame (100000000,65536,1024)
  --mbytes N          10^6 bytes of payload that a row times at each size in all; one frame a round at least (1000)
  --most-frames N     and at most so many frames (50000)
  --handshake-ms N    how long each turn of handshakes is; 0 for none (1000)
  --rounds N          the rows alternate in each (5)
  --contenders A,B    rows to run (every one that can): ${TLS_CONTENDERS.slice(0, 6).join(', ')},
                      ${TLS_CONTENDERS.slice(6).join(', ')}
  --quick             frames of 10 MB, 60 MB in 3 rounds, handshakes for 200 ms, where not given
${suiteHelp('tls')}`;

const FULL = {
  'frame-bytes': '100000000,65536,1024',
  mbytes: '1000',
  'most-frames': '50000',
  'handshake-ms': '1000',
  rounds: '5',
};
const QUICK = {
  'frame-bytes': '10000000',
  mbytes: '60',
  'most-frames': '2000',
  'handshake-ms': '200',
  rounds: '3',
};

/** Runs the command; resolves to the exit status. */
export async function tls(args: string[]): Promise<number> {
  const { options, asked } = parseTls(args);
  const catalogue = await findContenders(asked.names);
  const progress: TlsRun['progress'] = makeTurnProgress(
    (row) => `${row.contender}${'kind' in row ? `, ${row.kind} handshakes` : ` at ${formatBytes(row.frameBytes)}`}`,
    (sample) =>
      'mbPerSec' in sample ? `${formatRate(sample.mbPerSec)} MB/s` : `${formatWhole(sample.framesPerSec)} a second`,
  );
  return runSuiteCommand({
    asked,
    missing: catalogue.missing,
    run: (signal) => runTls({ options, catalogue, progress, signal }),
    text: readable,
  });
}

function parseTls(args: string[]): { options: TlsSuiteOptions; asked: Asked } {
  const values = parseOptions(args, {
    ...SUITE_OPTIONS,
    'frame-bytes': { type: 'string' },
    mbytes: { type: 'string' },
    'most-frames': { type: 'string' },
    'handshake-ms': { type: 'string' },
  });
  const otherwise = values.quick ? QUICK : FULL;
  const given = (option: Exclude<keyof typeof FULL, 'frame-bytes'>, least: number): number =>
    wholeNumber(option, values[option] ?? otherwise[option], least);
  const rounds = given('rounds', 1);
  const bytes = given('mbytes', 1) * 1e6;
  const mostFrames = given('most-frames', 1);
  const sizes = frameByteCounts('frame-bytes', values['frame-bytes'] ?? otherwise['frame-bytes'], MIN_FRAME_BYTES);
  return {
    options: {
      echoes: sizes.map((frameBytes) => ({
        frameBytes,
        frames: Math.max(rounds, Math.min(mostFrames, Math.round(bytes / frameBytes))),
      })),
      handshakeSeconds: given('handshake-ms', 0) / 1000,
      rounds,
    },
    asked: askedOf(values, TLS_CONTENDERS),
  };
}

function readable(result: TlsResultFile): string {
  const tables = result.options.echoes.map(
    ({ frameBytes }) => `Frames of ${formatBytes(frameBytes)}\n${textTable(tlsTable(result, frameBytes))}`,
  );
  if (result.options.handshakeSeconds > 0) tables.push(`Handshakes\n${textTable(handshakeTable(result))}`);
  return `${tables.join('\n\n')}\n${tlsSummary(result)}`;
}
