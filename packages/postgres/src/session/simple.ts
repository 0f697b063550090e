/** The simple protocol: statements as one text, without parameters, their rows dropped. */
import { readCommand, readRowCount } from '../wire/backend-messages.js';
import * as types from '../wire/message-types.js';
import type { MessageWriter } from '../wire/message-writer.js';
import { Exchange, type Outcome, type SessionSide } from './exchange.js';
import { RowsDropped } from './row-readers.js';

/** What the last of the statements did. */
export interface Executed {
  readonly command: string;
  readonly rowCount: number;
}

/** Query. */
export function writeQuery(writer: MessageWriter, text: string): void {
  writer.startMessage(types.QUERY);
  writer.cstring(text);
  writer.endMessage();
}

/** The answer to a Query. */
export class SimpleExchange extends Exchange<Executed> {
  #command = '';
  #rowCount = 0;

  constructor(session: SessionSide, outcome: Outcome<Executed>) {
    super(outcome);
    this.rows = new RowsDropped(session.received);
  }

  message(type: number, memory: Uint8Array, _view: DataView, start: number, end: number): boolean {
    switch (type) {
      case types.ROW_DESCRIPTION:
        return true;
      case types.EMPTY_QUERY_RESPONSE:
        this.isAnswered = true;
        return true;
      case types.COMMAND_COMPLETE:
        this.#command = readCommand(memory, start, end);
        this.#rowCount = readRowCount(memory, start, end);
        this.isAnswered = true;
        return true;
      default:
        return this.copyOutRefused(type);
    }
  }

  protected result(): Executed {
    return { command: this.#command, rowCount: this.#rowCount };
  }
}
