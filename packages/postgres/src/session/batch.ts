/** Several statements and one Sync: all of them, or none. */
import { type Column, readColumns, readCommand, readRowCount } from '../wire/backend-messages.js';
import * as types from '../wire/message-types.js';
import type { PostgresError } from '../wire/server-error.js';
import { Exchange, type Outcome, type SessionSide } from './exchange.js';
import { type Rows, withInfo } from './results.js';
import { RowsDropped, RowsReader } from './row-readers.js';
import type { Statement } from './statement.js';

/** The answers to one Bind and Execute after the other; Parse and Describe may come before each. */
export class BatchExchange extends Exchange<Rows<unknown>[]> {
  readonly #session: SessionSide;
  readonly #statements: readonly Statement[];
  readonly #results: Rows<unknown>[] = [];
  #reader: RowsReader | null = null;

  constructor(session: SessionSide, statements: readonly Statement[], outcome: Outcome<Rows<unknown>[]>) {
    super(outcome);
    this.#session = session;
    this.#statements = statements;
    this.isAnswered = statements.length === 0;
  }

  message(type: number, memory: Uint8Array, view: DataView, start: number, end: number): boolean {
    const statement = this.#statements[this.#results.length];
    if (statement === undefined) return false;
    switch (type) {
      case types.PARSE_COMPLETE:
        statement.isParsed = true;
        return true;
      case types.PARAMETER_DESCRIPTION:
      case types.NO_DATA:
        return true;
      case types.ROW_DESCRIPTION:
        this.#redescribed(statement, readColumns(memory, view, start, end));
        return true;
      case types.BIND_COMPLETE:
        this.#reader = new RowsReader(statement.description.rows('object'), this);
        this.rows = this.isOver ? new RowsDropped(this.#session.received) : this.#reader;
        return true;
      case types.COMMAND_COMPLETE:
        return this.#completed(statement, readCommand(memory, start, end), readRowCount(memory, start, end));
      case types.EMPTY_QUERY_RESPONSE:
        return this.#completed(statement, '', 0);
      default:
        return this.copyOutRefused(type);
    }
  }

  /** Behind the last statement comes a Sync, which COPY passes over. At anything else in place of its data the server ends the connection. */
  override copyAsked(session: SessionSide): boolean {
    this.copyInRefused();
    if (this.#results.length === this.#statements.length - 1) session.failCopy('its data is not at hand');
    return true;
  }

  /** The error says which of the statements it was. */
  override refused(error: PostgresError, session: SessionSide): void {
    error.batchIndex = this.#results.length;
    for (const statement of this.#statements) statement.refused();
    super.refused(error, session);
  }

  protected result(): Rows<unknown>[] {
    return this.#results;
  }

  #completed(statement: Statement, command: string, rowCount: number): boolean {
    if (this.#reader === null) return false;
    this.#results.push(withInfo(this.#reader.rows, { command, rowCount, columns: statement.description.columns }));
    this.#reader = null;
    this.rows = null;
    this.isAnswered = this.#results.length === this.#statements.length;
    return true;
  }

  /** Another connection was told of other columns. */
  #redescribed(statement: Statement, columns: readonly Column[]): void {
    try {
      statement.redescribe(columns);
    } catch (error) {
      this.fail(error as Error);
    }
  }
}
