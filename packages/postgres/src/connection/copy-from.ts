/** Copying rows into a table: COPY FROM STDIN in binary. */
import { EncodeError } from '../errors.js';
import { CopyInExchange, writeCopyEnd, writeCopyHeader, writeCopyRow } from '../session/copy-in.js';
import type { Description } from '../session/description.js';
import { writeQuery } from '../session/simple.js';
import { COPY_DATA } from '../wire/message-types.js';
import { Call, type WaitOptions } from './call.js';
import { deferred } from './deferred.js';
import type { Link } from './link.js';
import { type RowSource, writeRows } from './row-source.js';
import type { Statements } from './statements.js';

/** How rows are copied in. */
export interface CopyFromOptions extends WaitOptions {
  /** The columns that the rows have values for, in their order; all of the table unless given. */
  columns?: readonly string[] | undefined;
  /** The table's schema; as the server's `search_path` says unless given. */
  schema?: string | undefined;
}

/**
 * Copies rows into a table, in one command: all of them, or none.
 *
 * @param table Its name, exactly: it is quoted, so upper case and dots are part of it.
 * @returns How many rows were copied.
 */
export function copyFrom(
  link: Link,
  statements: Statements,
  table: string,
  rows: RowSource,
  options: CopyFromOptions = {},
): Promise<number> {
  const call = new Call<number>(link, 'copyFrom', options);
  link.inTurn(call, async () => {
    const name = options.schema === undefined ? quoted(table) : `${quoted(options.schema)}.${quoted(table)}`;
    const list = options.columns?.map(quoted).join(', ');
    // Each time: COPY does not check what kind of value the bytes of a row were meant to be.
    const description = await statements.describe(`SELECT ${list ?? '*'} FROM ${name}`, options);
    checkBinary(description);
    if (call.isSettled) return;
    writeQuery(link.session.writer, `COPY ${name}${list === undefined ? '' : ` (${list})`} FROM STDIN (FORMAT binary)`);
    await copyRows(link, call, description, rows);
  });
  return call.promise;
}

/** Sends the COPY that is written, then the rows when the server asks for them. */
async function copyRows(link: Link, call: Call<number>, { codecs }: Description, rows: RowSource): Promise<void> {
  const { writer } = link.session;
  const answer = deferred();
  const exchange = new CopyInExchange(answer.resolve, call);
  link.send(exchange, call);
  // Also if it is given up: what others send before the server has answered, it would take for the rows.
  await answer.promise;
  if (!exchange.isAsked) return;
  writeCopyHeader(writer);
  try {
    await writeRows(link, exchange, rows, {
      row: (row) => writeCopyRow(writer, codecs, row),
      startPiece: () => writer.startMessage(COPY_DATA),
      endPiece: () => writer.endMessage(),
    });
  } catch (error) {
    exchange.fail(error as Error);
  }
  writeCopyEnd(writer, exchange.isOver ? 'the rows came to no good end' : null);
  link.flush();
}

/** A name as SQL wants it. */
function quoted(name: string): string {
  if (name.includes('\0')) throw new TypeError('a name cannot hold a zero');
  return `"${name.replaceAll('"', '""')}"`;
}

function checkBinary({ codecs }: Description): void {
  const i = codecs.findIndex(({ format }) => format !== 1);
  if (i < 0) return;
  throw new EncodeError(codecs[i]!.name, `there is no binary form of it, which COPY needs`).at('column', i + 1);
}
