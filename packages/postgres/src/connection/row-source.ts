/** Rows that are written while they come, as fast as the other side takes them. */
import type { Exchange } from '../session/exchange.js';
import type { Link } from './link.js';

/** What is written before the transport gets it. */
const PIECE_BYTES = 64 * 1024;

/** Rows of values, all at hand or still to come. */
export type RowSource = Iterable<readonly unknown[]> | AsyncIterable<readonly unknown[]>;

/** How rows are written. */
export interface RowWriter {
  /** Writes one. @throws {EncodeError} It does not fit. */
  row(row: readonly unknown[]): void;
  /** Writes what stands before the first row of a piece. */
  startPiece(): void;
  /** Writes what stands behind the last row of a piece. */
  endPiece(): void;
}

/**
 * Writes rows and sends them in pieces; stops early once the exchange is over. The last piece stays begun, and unsent.
 *
 * @throws {Error} What the source or `write.row` threw.
 */
export async function writeRows<T>(
  link: Link,
  exchange: Exchange<T>,
  rows: RowSource,
  write: RowWriter,
): Promise<void> {
  const { writer } = link.session;
  if (Symbol.asyncIterator in rows) return writeComing(link, exchange, rows[Symbol.asyncIterator](), write);
  for (const row of rows) {
    write.row(row);
    if (writer.length < PIECE_BYTES) continue;
    await sendPiece(link, write);
    if (exchange.isOver) return;
  }
}

/** The same for rows that are still to come: also while none does, the end of the exchange is noticed. */
async function writeComing<T>(
  link: Link,
  exchange: Exchange<T>,
  rows: AsyncIterator<readonly unknown[]>,
  write: RowWriter,
): Promise<void> {
  while (!exchange.isOver) {
    const next = await nextOf(rows, exchange);
    if (next === null) break;
    if (next.done) return;
    write.row(next.value);
    if (link.session.writer.length >= PIECE_BYTES) await sendPiece(link, write);
  }
  // It may never come to that, if it waits for something else.
  rows.return?.().catch(() => undefined);
}

/** The next row; null once the exchange is over. No `Promise.race`: what lost to a promise that goes on is kept by that, row after row. */
function nextOf<T, R>(rows: AsyncIterator<R>, exchange: Exchange<T>): Promise<IteratorResult<R> | null> {
  return new Promise((resolve, reject) => {
    const onOver = (): void => resolve(null);
    exchange.onOver = onOver;
    Promise.resolve(rows.next()).then(resolve, reject);
  });
}

/** Sends what is written, and waits until the transport takes more. */
async function sendPiece(link: Link, write: RowWriter): Promise<void> {
  write.endPiece();
  link.flush();
  await link.untilWritable();
  write.startPiece();
}
