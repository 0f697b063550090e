/** The tables of the TLS suite: one for each size of frames, and one of handshakes. */
import { BASELINE, FIGURE_HEADS, figureCells } from '../echo/table.js';
import type { FailedContender, HandshakeResult, TlsResultFile } from '../harness/result.js';
import { absentCells } from '../report/absent-cells.js';
import { formatCount, formatHundredths, formatRate, formatWhole } from '../report/format.js';
import type { FigureTable } from '../report/text-table.js';
import { HANDSHAKERS } from './handshakers.js';
import { TLS_CONTENDERS } from './suite.js';

const HANDSHAKE_HEADS = ['client and server', 'handshakes', 'a second', 'min–max', '× node', 'CPU µs each'];

/** The table of one size, fastest row first, rows that could not run at the end. */
export function tlsTable({ results, missing, failed }: TlsResultFile, frameBytes: number): FigureTable {
  const measured = results.filter((result) => result.frameBytes === frameBytes);
  const baseline = measured.find(({ contender }) => contender === BASELINE);
  const heads = [...FIGURE_HEADS, 'frames/s'];
  return {
    heads,
    rows: [
      ...measured
        .toSorted((left, right) => right.mbPerSec - left.mbPerSec)
        .map((result) => [...figureCells(result, baseline), formatRate((result.mbPerSec * 1e6) / frameBytes)]),
      ...absentCells({ failed: among(failed, TLS_CONTENDERS), missing }, heads.length),
    ],
  };
}

/** The table of handshakes. */
export function handshakeTable({ handshakes, failed }: TlsResultFile): FigureTable {
  return {
    heads: HANDSHAKE_HEADS,
    rows: [
      ...handshakes.map(handshakeCells),
      ...absentCells({ failed: among(failed, HANDSHAKERS), missing: [] }, HANDSHAKE_HEADS.length),
    ],
  };
}

function among(failed: readonly FailedContender[], names: readonly string[]): FailedContender[] {
  return failed.filter(({ contender }) => names.includes(contender));
}

function handshakeCells(result: HandshakeResult): string[] {
  return [
    result.contender,
    result.kind,
    formatWhole(result.handshakesPerSec),
    `${formatWhole(result.handshakesPerSecMin)}–${formatWhole(result.handshakesPerSecMax)}`,
    formatHundredths(result.ratioToNode),
    formatWhole(result.cpuMicrosPerHandshake),
  ];
}

/** How it was measured, in a few sentences. */
export function tlsSummary({ options, interrupted }: TlsResultFile): string {
  return (
    `Frames echoed store-and-forward over TLS on loopback, client and server of a row alike, in ` +
    `${formatCount(options.rounds, 'alternating round')}${interrupted ? ' (stopped before the last)' : ''}; medians; ` +
    `MB/s of payload one way. Handshakes one at a time, up to the closed connection; CPU time is the client's.`
  );
}
