/** The part on TLS: frames echoed with both ends encrypted, and handshakes. */
import type { HandshakeKind, TlsResultFile } from '../harness/result.js';
import { handshakeTable, tlsSummary, tlsTable } from '../tls/table.js';
import { colorKey } from './figure.js';
import { formatBytes, formatRate, formatWhole } from './format.js';
import { type Html, html } from './html.js';
import { missingNotice, type Part, runNote } from './part.js';
import { drawRates } from './rate-figure.js';

const KINDS: readonly HandshakeKind[] = ['full', 'resumed'];

/** The part; without a result it says how to make one. */
export function tlsPart(file: TlsResultFile | undefined): Part {
  const head = { id: 'tls', title: 'TLS' };
  if (file === undefined) return { ...head, body: missingNotice('tls') };
  const echoes = file.options.echoes.map(({ frameBytes }) => echoFigure(file, frameBytes));
  const handshakes = KINDS.map((kind) => handshakeFigure(file, kind));
  return {
    ...head,
    body: html`${runNote(file, tlsSummary(file))}${colorKey()}<div class="plots">${[...echoes, ...handshakes]}</div>`,
  };
}

function echoFigure(file: TlsResultFile, frameBytes: number): Html {
  return drawRates({
    title: `Frames of ${formatBytes(frameBytes)} over TLS, MB/s`,
    rows: file.results.filter((result) => result.frameBytes === frameBytes),
    rateOf: ({ mbPerSec, mbPerSecMin, mbPerSecMax }) => [mbPerSec, mbPerSecMin, mbPerSecMax],
    words: formatRate,
    table: tlsTable(file, frameBytes),
  });
}

function handshakeFigure(file: TlsResultFile, kind: HandshakeKind): Html {
  return drawRates({
    title: `Handshakes a second, ${kind}`,
    rows: file.handshakes.filter((result) => result.kind === kind),
    rateOf: (row) => [row.handshakesPerSec, row.handshakesPerSecMin, row.handshakesPerSecMax],
    words: formatWhole,
    table: handshakeTable(file),
  });
}
