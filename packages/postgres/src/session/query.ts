/** Running one statement: the rows that come back. */
import { PostgresClientError } from '../errors.js';
import { type Column, readColumns, readCommand, readRowCount } from '../wire/backend-messages.js';
import type { RowReader } from '../wire/message-receiver.js';
import * as types from '../wire/message-types.js';
import type { PostgresError } from '../wire/server-error.js';
import type { Description } from './description.js';
import { Exchange, type Outcome, type SessionSide } from './exchange.js';
import { type Columns, columnsOf, type Rows, withInfo } from './results.js';
import { ColumnsReader, IntoReader, RowsDropped, RowsReader } from './row-readers.js';
import type { RowMode } from './row-shape.js';
import { otherColumns, type Statement } from './statement.js';

/** The answer to Bind, Execute and Sync of one statement; Parse and Describe may come before them. */
abstract class StatementExchange<T, R extends RowReader> extends Exchange<T> {
  readonly statement: Statement;
  protected readonly session: SessionSide;
  protected reader: R;
  protected command = '';
  protected rowCount = 0;
  /** Throws if there is no way to read what the statement is about. */
  readonly #makeReader: (failure: Exchange<T>) => R;
  /** What `reader` is made for. */
  #described: Description;

  constructor(
    session: SessionSide,
    statement: Statement,
    outcome: Outcome<T>,
    makeReader: (failure: Exchange<T>) => R,
  ) {
    super(outcome);
    this.session = session;
    this.statement = statement;
    this.#makeReader = makeReader;
    this.reader = makeReader(this);
    this.#described = statement.description;
  }

  message(type: number, memory: Uint8Array, view: DataView, start: number, end: number): boolean {
    switch (type) {
      case types.BIND_COMPLETE:
        this.#bound();
        return true;
      case types.PARAMETER_DESCRIPTION:
      case types.NO_DATA:
        return true;
      case types.EMPTY_QUERY_RESPONSE:
        this.completed(0);
        return true;
      case types.PARSE_COMPLETE:
        this.statement.isParsed = true;
        return true;
      case types.ROW_DESCRIPTION:
        this.#redescribed(readColumns(memory, view, start, end));
        return true;
      case types.COMMAND_COMPLETE:
        this.command = readCommand(memory, start, end);
        this.completed(readRowCount(memory, start, end));
        return true;
      default:
        return this.copyOutRefused(type);
    }
  }

  /** Nobody else may ask what has become of the statement, if this is abandoned. */
  override refused(error: PostgresError, session: SessionSide): void {
    this.statement.refused();
    super.refused(error, session);
  }

  /** The data that the server waits for is not at hand. */
  override copyAsked(session: SessionSide): boolean {
    this.copyInRefused();
    session.failCopy('its data is not at hand');
    return true;
  }

  protected completed(rowCount: number): void {
    this.rowCount = rowCount;
    this.isAnswered = true;
    this.rows = null;
  }

  /** Another connection was told of other columns. */
  #redescribed(columns: readonly Column[]): void {
    try {
      this.statement.redescribe(columns);
    } catch (error) {
      this.fail(error as Error);
    }
  }

  /** Rows come next. What they are may have become known since it was asked for: with this exchange, or with one before it. */
  #bound(): void {
    if (this.statement.isWrong) this.fail(otherColumns());
    else if (this.statement.description !== this.#described) this.#readOtherwise();
    this.rows = this.isOver ? new RowsDropped(this.session.received) : this.reader;
  }

  #readOtherwise(): void {
    this.#described = this.statement.description;
    try {
      this.reader = this.#makeReader(this);
    } catch (error) {
      this.fail(error as Error);
    }
  }
}

/** A query whose rows are wanted. */
export class QueryExchange<T> extends StatementExchange<Rows<T>, RowsReader> {
  override gathers = true;

  constructor(session: SessionSide, statement: Statement, mode: RowMode, outcome: Outcome<Rows<T>>) {
    super(session, statement, outcome, (failure) => new RowsReader(statement.description.rows(mode), failure));
  }

  protected result(): Rows<T> {
    const { command, rowCount, statement } = this;
    return withInfo(this.reader.rows as T[], { command, rowCount, columns: statement.description.columns });
  }
}

/** A query whose columns are wanted. */
export class ColumnsExchange extends StatementExchange<Columns, ColumnsReader> {
  constructor(session: SessionSide, statement: Statement, outcome: Outcome<Columns>) {
    super(session, statement, outcome, (failure) => new ColumnsReader(statement.description.codecs, failure));
  }

  protected result(): Columns {
    const { builders, rowCount } = this.reader;
    return columnsOf(this.statement.description.columns, builders, rowCount);
  }
}

/** A query whose one value belongs into the caller's memory; resolves to its bytes. */
export class IntoExchange extends StatementExchange<number, IntoReader> {
  override readonly isValue: boolean = true;

  /** @throws {PostgresClientError} `ERR_ROWS`: the result is not one column in binary. */
  constructor(
    session: SessionSide,
    statement: Statement,
    target: Uint8Array,
    countCopied: (nbytes: number) => void,
    outcome: Outcome<number>,
  ) {
    const { received } = session;
    super(session, statement, outcome, (failure) => {
      checkOneColumn(statement.description);
      return new IntoReader(target, received, failure, countCopied);
    });
  }

  /** What still comes is no value that lands. */
  override fail(error: Error): void {
    this.session.received.narrow(false);
    super.fail(error);
  }

  override abandon(session: SessionSide): void {
    super.abandon(session);
    // What is received may be another one's value.
    if (!session.isFirst(this as unknown as Exchange<never>)) return;
    session.received.narrow(false);
    session.received.landElsewhere();
  }

  override ready(session: SessionSide): void {
    session.received.narrow(false);
    super.ready(session);
  }

  protected result(): number {
    const { valueBytes } = this.reader;
    if (valueBytes === null) throw new PostgresClientError('ERR_ROWS', 'readInto() is for one row: none came');
    return valueBytes;
  }
}

function checkOneColumn({ codecs }: Description): void {
  if (codecs.length === 1 && codecs[0]!.format === 1) return;
  const problem = `readInto() is for one column that has a binary form: the statement has ${codecs.length}`;
  throw new PostgresClientError('ERR_ROWS', problem);
}

/** A statement of which only counts how many rows it was about. */
export class ExecuteExchange extends StatementExchange<number, RowsDropped> {
  constructor(session: SessionSide, statement: Statement, outcome: Outcome<number>) {
    super(session, statement, outcome, () => new RowsDropped(session.received));
  }

  protected result(): number {
    return this.rowCount;
  }
}

/** One statement run many times, one Bind and Execute after the other, and one Sync: all of it, or nothing. */
export class ManyExchange extends ExecuteExchange {
  /** How often it was sent; null while that goes on. */
  sentCount: number | null = null;
  #completedCount = 0;

  override get mayEnd(): boolean {
    return this.error !== null || this.#completedCount === this.sentCount;
  }

  /** What was sent behind the COPY is no data: whose answers come cannot be told any more. */
  override copyAsked(): boolean {
    this.copyInRefused();
    return false;
  }

  protected override completed(rowCount: number): void {
    this.rowCount += rowCount;
    this.#completedCount++;
  }
}
