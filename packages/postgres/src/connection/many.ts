/** One statement many times, or several at once, with one Sync: written while the answers come back. */

import { BatchExchange } from '../session/batch.js';
import { writeBind, writeExecute } from '../session/execute.js';
import { ManyExchange } from '../session/query.js';
import type { Rows } from '../session/results.js';
import { type Statement, writeParse, writeSync } from '../session/statement.js';
import { BIND, STATUS_IDLE } from '../wire/message-types.js';
import type { MessageWriter } from '../wire/message-writer.js';
import { Call } from './call.js';
import type { Link } from './link.js';
import { type RowSource, writeRows } from './row-source.js';
import type { RunOptions, Statements } from './statements.js';

/** A statement and its parameters. */
export type BatchEntry = readonly [text: string, params?: readonly unknown[]];

/**
 * Runs a statement once for each row of parameters, in one implicit transaction unless there is one already.
 *
 * @returns The rows it was about, all together.
 */
export function executeMany(
  link: Link,
  statements: Statements,
  text: string,
  rows: RowSource,
  options?: RunOptions,
): Promise<number> {
  const call = new Call<number>(link, 'executeMany', options);
  link.inTurn(call, async () => {
    const statement = await statements.prepare(text, true, options);
    // Whether there is a transaction has to be known, should the rows not come to an end.
    await link.untilQuiet();
    if (call.isSettled) return;
    const { session } = link;
    const exchange = new ManyExchange(session, statement, call);
    statements.writeParsed(statement);
    link.send(exchange, call);
    try {
      await writeRows(link, exchange, rows, {
        row: (row) => {
          writeBind(session.writer, statement, row);
          writeExecute(session.writer);
        },
        startPiece: () => {},
        endPiece: () => {},
      });
    } catch (error) {
      exchange.fail(error as Error);
    }
    // What was run already would count otherwise.
    if (exchange.isOver && session.status === STATUS_IDLE) writeRollback(session.writer);
    writeSync(session.writer);
    link.flush();
  });
  return call.promise;
}

/** Runs several statements, each for its rows, in one implicit transaction unless there is one already. */
export function batch(
  link: Link,
  statements: Statements,
  entries: readonly BatchEntry[],
  options?: RunOptions,
): Promise<Rows<unknown>[]> {
  const call = new Call<Rows<unknown>[]>(link, 'the batch', options);
  link.inTurn(call, async () => {
    const prepared: Statement[] = [];
    for (const [text] of entries) prepared.push(await statements.prepare(text, true, options));
    if (call.isSettled) return;
    const { writer } = link.session;
    const start = writer.length;
    try {
      entries.forEach(([, params], i) => {
        statements.writeBound(prepared[i]!, params ?? []);
        writeExecute(writer);
      });
    } catch (error) {
      writer.length = start;
      throw error;
    }
    writeSync(writer);
    link.send(new BatchExchange(prepared, call), call);
  });
  return call.promise;
}

/** Undoes what the implicit transaction has done so far. */
function writeRollback(writer: MessageWriter): void {
  writeParse(writer, '', 'ROLLBACK', []);
  writer.bytes(BIND_UNNAMED);
  writeExecute(writer);
}

/** Bind of the unnamed statement to the unnamed portal, without parameters. */
const BIND_UNNAMED = Uint8Array.of(BIND, 0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0);
