/** `tls`: echoes over TLS, and handshakes. */
import { MIN_FRAME_BYTES } from '../contenders/payload.js';
import { findContenders } from '../echo/catalogue.js';
import type { TlsResultFile, TlsSuiteOptions } from '../harness/result.js';
import { stoppable } from '../harness/stoppable.js';
import { makeTurnProgress } from '../harness/turn-progress.js';
import { formatBytes, formatRate, formatWhole } from '../report/format.js';
import { textTable } from '../report/text-table.js';
import { runTls, TLS_CONTENDERS, type TlsRun } from '../tls/suite.js';
import { handshakeTable, tlsSummary, tlsTable } from '../tls/table.js';
import { frameByteCounts, parseOptions, wholeNumber } from './arguments.js';
import { contenderNames, tellMissing } from './contenders.js';
import { finish } from './finish.js';

/** What `--help` says. */
export const tlsHelp: string = `tls           frames echoed over TLS, one row per way of receiving, and handshakes per second
  --frame-bytes N,M   bytes of payload per frame (100000000,65536,1024)
  --mbytes N          10^6 bytes of payload that a row times at each size in all; one frame a round at least (1000)
  --most-frames N     and at most so many frames (50000)
  --handshake-ms N    how long each turn of handshakes is; 0 for none (1000)
  --rounds N          the rows alternate in each (5)
  --contenders A,B    rows to run (every one that can): ${TLS_CONTENDERS.slice(0, 6).join(', ')},
                      ${TLS_CONTENDERS.slice(6).join(', ')}
  --quick             frames of 10 MB, 60 MB in 2 rounds, handshakes for 200 ms, where not given
  --json              one JSON object on standard output
  --keep              also write bench/out/results/tls.json and bench/out/report.html`;

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
  rounds: '2',
};

/** Runs the command; resolves to the exit status. */
export async function tls(args: string[]): Promise<number> {
  const { options, names, isNamed, json, keep } = parseTls(args);
  const catalogue = await findContenders(names);
  tellMissing(catalogue.missing);
  if (isNamed && catalogue.missing.length > 0) return 1;
  const progress: TlsRun['progress'] = {
    echo: (frameBytes) =>
      makeTurnProgress(
        ({ contender }) => `${contender} at ${formatBytes(frameBytes)}`,
        ({ mbPerSec }) => `${formatRate(mbPerSec)} MB/s`,
      ),
    handshakes: makeTurnProgress(
      ({ contender }) => contender,
      ({ framesPerSec }) => `${formatWhole(framesPerSec)} a second`,
    ),
  };
  const result = await stoppable((signal) => runTls({ options, catalogue, progress, signal }));
  return finish(result, { text: readable(result), json, keep });
}

function parseTls(args: string[]): {
  options: TlsSuiteOptions;
  names: readonly string[];
  isNamed: boolean;
  json: boolean;
  keep: boolean;
} {
  const values = parseOptions(args, {
    'frame-bytes': { type: 'string' },
    mbytes: { type: 'string' },
    'most-frames': { type: 'string' },
    'handshake-ms': { type: 'string' },
    rounds: { type: 'string' },
    contenders: { type: 'string' },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
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
    names: values.contenders === undefined ? TLS_CONTENDERS : contenderNames(values.contenders, TLS_CONTENDERS),
    isNamed: values.contenders !== undefined,
    json: values.json,
    keep: values.keep,
  };
}

function readable(result: TlsResultFile): string {
  const tables = result.options.echoes.map(
    ({ frameBytes }) => `Frames of ${formatBytes(frameBytes)}\n${textTable(tlsTable(result, frameBytes))}`,
  );
  if (result.handshakes.length > 0) tables.push(`Handshakes\n${textTable(handshakeTable(result))}`);
  return `${tables.join('\n\n')}\n${tlsSummary(result)}`;
}
