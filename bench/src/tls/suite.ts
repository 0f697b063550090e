/** The TLS suite: the rows of the echo suite with both ends encrypted, at each size, and handshakes. */
import { fileURLToPath } from 'node:url';
import { type EchoCatalogue, PYTHON_CONTENDERS } from '../echo/catalogue.js';
import { EchoRow } from '../echo/row.js';
import { ECHO_METHOD } from '../echo/suite.js';
import type {
  EchoResult,
  EchoSample,
  HandshakeKind,
  HandshakeResult,
  Method,
  RateSample,
  TlsResultFile,
  TlsSuiteOptions,
} from '../harness/result.js';
import { shareOfRound, type Turn } from '../harness/schedule.js';
import { type RunContext, runSuite } from '../harness/suite-run.js';
import { HandshakeRow } from './handshake-row.js';
import { HANDSHAKERS } from './handshakers.js';

/** A row of either part. Those of one name fail together. */
type TlsRow = EchoRow | HandshakeRow;
/** What a turn of either part showed. */
type TlsSample = EchoSample | RateSample;

/** What a run needs. */
export interface TlsRun extends RunContext<TlsRow, TlsSample> {
  options: TlsSuiteOptions;
  catalogue: EchoCatalogue;
}

/** The rows that can encrypt, in the order of a table. */
export const TLS_CONTENDERS: readonly string[] = [
  'landfall',
  'landfall-protocol',
  'landfall-reused',
  'node-data',
  ...PYTHON_CONTENDERS,
];

const METHOD: Method = {
  order: ECHO_METHOD.order,
  warmUp: `${ECHO_METHOD.warmUp} Of handshakes: a tenth of the time.`,
  clock: `${ECHO_METHOD.clock} Of handshakes: also the client's, until its last connection is closed.`,
  figures: `${ECHO_METHOD.figures} A ratio is the median of the ratios in each round.`,
  verified: `${ECHO_METHOD.verified} Every handshake has to be of the kind that is measured, full or resumed.`,
  usage: `${ECHO_METHOD.usage} Of handshakes: the client's own count by the system, and its greatest resident size.`,
};

const TLS_FOLDER = fileURLToPath(new URL('../../contenders/tls', import.meta.url));
const KINDS: readonly HandshakeKind[] = ['full', 'resumed'];
/** The row that other handshakes are compared with. */
const BASELINE = 'node';

/** Runs the suite. Rows of the same size, or the same kind of handshakes, are neighbours in a round. */
export async function runTls(run: TlsRun): Promise<TlsResultFile> {
  const { options, catalogue, progress, signal } = run;
  const echoes = options.echoes.flatMap(({ frameBytes }) =>
    catalogue.found.map((found) => new EchoRow(found, frameBytes)),
  );
  const handshakes = handshakeRows(options);
  const { results, ...rest } = await runSuite<'tls', TlsSuiteOptions, TlsRow, TlsSample, EchoResult | HandshakeResult>({
    suite: 'tls',
    method: METHOD,
    options,
    rows: [...echoes, ...handshakes],
    missing: catalogue.missing,
    measure: (turn) => measure(turn, run),
    resultOf: (row) => (row instanceof EchoRow ? row.result() : row.result(baseOf(row, handshakes))),
    progress,
    signal,
  });
  return {
    ...rest,
    results: results.filter((result) => 'frameBytes' in result),
    handshakes: results.filter((result) => 'kind' in result),
  };
}

function handshakeRows({ handshakeSeconds }: TlsSuiteOptions): HandshakeRow[] {
  if (handshakeSeconds === 0) return [];
  return KINDS.flatMap((kind) => HANDSHAKERS.map((name) => new HandshakeRow(name, kind)));
}

function baseOf({ kind }: HandshakeRow, rows: readonly HandshakeRow[]): HandshakeRow | undefined {
  return rows.find((row) => row.kind === kind && row.contender === BASELINE);
}

function measure({ contender: row, round }: Turn<TlsRow>, { options, signal }: TlsRun): Promise<TlsSample> {
  const { echoes, handshakeSeconds, rounds } = options;
  const common = { tlsFolder: TLS_FOLDER, signal };
  if (row instanceof HandshakeRow) return row.runTurn(round, { ...common, seconds: handshakeSeconds });
  const inAll = echoes.find(({ frameBytes }) => frameBytes === row.frameBytes)?.frames ?? 0;
  return row.runTurn({ round, frames: shareOfRound(round, inAll, rounds) }, common);
}
