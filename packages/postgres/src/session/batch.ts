/** Several statements and one Sync: all of them, or none. */
import { readCommand, readRowCount } from '../wire/backend-messages.js';
import * as types from '../wire/message-types.js';
import type { PostgresError } from '../wire/server-error.js';
import { Exchange, type Outcome, type SessionSide } from './exchange.js';
import { type Rows, withInfo } from './results.js';
import { RowsReader } from './row-readers.js';
import type { Statement } from './statement.js';

/** The answers to one Bind and Execute after the other; Parse and Describe may come before each. */
export class BatchExchange extends Exchange<Rows<unknown>[]> {
  readonly #statements: readonly Statement[];
  readonly #results: Rows<unknown>[] = [];
  #reader: RowsReader | null = null;

  constructor(statements: readonly Statement[], outcome: Outcome<Rows<unknown>[]>) {
    super(outcome);
    this.#statements = statements;
  }

  message(type: number, memory: Uint8Array, _view: DataView, start: number, end: number): boolean {
    const statement = this.#statements[this.#results.length];
    if (statement === undefined) return false;
    switch (type) {
      case types.BIND_COMPLETE:
        this.#reader = new RowsReader(statement.description.rows('object'), this);
        if (!this.isAbandoned) this.rows = this.#reader;
        return true;
      case types.COMMAND_COMPLETE:
        return this.#completed(statement, readCommand(memory, start, end), readRowCount(memory, start, end));
      case types.EMPTY_QUERY_RESPONSE:
        return this.#completed(statement, '', 0);
      default:
        return this.copyOutRefused(type);
    }
  }

  /** The error says which of the statements it was. */
  override refused(error: PostgresError, session: SessionSide): void {
    error.batchIndex = this.#results.length;
    super.refused(error, session);
  }

  protected result(): Rows<unknown>[] {
    return this.#results;
  }

  #completed(statement: Statement, command: string, rowCount: number): boolean {
    if (this.#reader === null) return false;
    this.#results.push(withInfo(this.#reader.rows, { command, rowCount, columns: statement.description.columns }));
    this.#reader = null;
    return true;
  }
}
