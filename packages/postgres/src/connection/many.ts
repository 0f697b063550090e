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

/** A call that uses several statements, or one often. */
class ManyCall<T> extends Call<T> {
  prepared: Statement[] = [];
  /** Sends it once more; null if that cannot be. */
  again: (() => void) | null = null;
  readonly #statements: Statements;

  constructor(statements: Statements, link: Link, what: string, options: RunOptions | undefined) {
    super(link, what, options);
    this.#statements = statements;
  }

  protected override retries(error: Error): boolean {
    const { again, prepared } = this;
    for (const statement of prepared) this.#statements.doubt(statement, error);
    this.again = null;
    if (again === null || !this.#statements.mayRepeat(error)) return false;
    // All of them: which one it was, the server does not say.
    for (const statement of prepared) this.#statements.outdated(statement);
    this.prepared = [];
    this.exchange = null;
    again();
    return true;
  }
}

/** A statement and its parameters. */
export type BatchEntry = readonly [text: string, params?: readonly unknown[]];

/**
 * Runs a statement once for each row of parameters, in one implicit transaction unless there is one already, which fails
 * if not all of them are run.
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
  const call = new ManyCall<number>(statements, link, 'executeMany', options);
  link.inTurn(call, async () => {
    const statement = await statements.prepare(text, true, options);
    call.prepared = [statement];
    // Whether there is a transaction has to be known, should the rows not come to an end.
    await link.untilQuiet();
    if (call.isSettled) return;
    const { session } = link;
    let sentCount = 0;
    const exchange = new ManyExchange(session, statement, call);
    statements.writeParsed(statement);
    link.send(exchange, call);
    try {
      await writeRows(link, exchange, rows, {
        row: (row) => {
          writeBind(session.writer, statement, row);
          writeExecute(session.writer);
          sentCount++;
        },
        startPiece: () => {},
        endPiece: () => {},
      });
    } catch (error) {
      exchange.fail(error as Error);
    }
    // What was run already would count otherwise.
    if (exchange.isOver && (sentCount > 0 || session.status === STATUS_IDLE)) {
      writeCommand(session.writer, session.status === STATUS_IDLE ? 'ROLLBACK' : FAILING);
      sentCount++;
    }
    exchange.sentCount = sentCount;
    writeSync(session.writer);
    link.flush();
    statements.release(statement);
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
  const call = new ManyCall<Rows<unknown>[]>(statements, link, 'the batch', options);
  const send = (): void => link.inTurn(call, () => sendBatch(link, statements, entries, call, options));
  call.again = send;
  send();
  return call.promise;
}

async function sendBatch(
  link: Link,
  statements: Statements,
  entries: readonly BatchEntry[],
  call: ManyCall<Rows<unknown>[]>,
  options: RunOptions | undefined,
): Promise<void> {
  const { prepared } = call;
  for (const [text] of entries) prepared.push(await statements.prepare(text, true, options));
  if (call.isSettled) return;
  const { writer } = link.session;
  statements.closeUnwanted();
  const start = writer.length;
  try {
    entries.forEach(([, params], i) => {
      statements.writeBound(prepared[i]!, params ?? []);
      writeExecute(writer);
    });
  } catch (error) {
    writer.length = start;
    // Whose Parse that was, is not known any more.
    for (const statement of prepared) statements.outdated(statement);
    throw error;
  }
  writeSync(writer);
  link.send(new BatchExchange(link.session, prepared, call), call);
  for (const statement of prepared) statements.release(statement);
}

/** There is no such savepoint: a transaction that is not executeMany's to roll back fails by this. */
const FAILING = 'ROLLBACK TO SAVEPOINT "executeMany came to no good end"';

/** Runs a command without parameters. */
function writeCommand(writer: MessageWriter, text: string): void {
  writeParse(writer, '', text, []);
  writer.bytes(BIND_UNNAMED);
  writeExecute(writer);
}

/** Bind of the unnamed statement to the unnamed portal, without parameters. */
const BIND_UNNAMED = Uint8Array.of(BIND, 0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0);
