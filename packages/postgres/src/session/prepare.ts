/** Asking what a statement's text means. */
import { type Column, readColumns, readParameterOids } from '../wire/backend-messages.js';
import * as types from '../wire/message-types.js';
import type { MessageWriter } from '../wire/message-writer.js';
import { Exchange } from './exchange.js';
import { writeDescribe, writeParse, writeSync } from './statement.js';

/** What the server says of a statement. */
export interface Described {
  readonly parameterOids: readonly number[];
  readonly columns: readonly Column[];
}

/** Parse and Describe of one statement. */
export class PrepareExchange extends Exchange<Described> {
  #parameterOids: number[] = [];
  #columns: Column[] = [];

  static write(writer: MessageWriter, name: string, text: string): void {
    writeParse(writer, name, text, []);
    writeDescribe(writer, name);
    writeSync(writer);
  }

  message(type: number, memory: Uint8Array, view: DataView, start: number, end: number): boolean {
    switch (type) {
      case types.PARSE_COMPLETE:
        return true;
      case types.NO_DATA:
        this.isAnswered = true;
        return true;
      case types.PARAMETER_DESCRIPTION:
        this.#parameterOids = readParameterOids(view, start, end);
        return true;
      case types.ROW_DESCRIPTION:
        this.#columns = readColumns(memory, view, start, end);
        this.isAnswered = true;
        return true;
      default:
        return false;
    }
  }

  protected result(): Described {
    return { parameterOids: this.#parameterOids, columns: this.#columns };
  }
}
