/** COPY FROM STDIN in binary: rows encoded into CopyData messages as the server asked for them. */
import { type EncodeError, PostgresClientError } from '../errors.js';
import type { Codec } from '../types/codec.js';
import { encodeParameter } from '../types/encode-params.js';
import { readRowCount } from '../wire/backend-messages.js';
import * as types from '../wire/message-types.js';
import type { MessageWriter } from '../wire/message-writer.js';
import type { PostgresError } from '../wire/server-error.js';
import { Exchange, type Outcome, type SessionSide } from './exchange.js';

/** `PGCOPY\n\377\r\n\0`, no flags, no extension. */
const FILE_HEADER = Uint8Array.of(
  0x50,
  0x47,
  0x43,
  0x4f,
  0x50,
  0x59,
  0x0a,
  0xff,
  0x0d,
  0x0a,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
);
/** In place of the count of columns, behind the last row. */
const FILE_TRAILER = -1;

/** The answer to a COPY FROM STDIN, which was written as a Query; resolves to the rows that were copied. */
export class CopyInExchange extends Exchange<number> {
  /** Whether the server has asked for the rows. */
  isAsked = false;
  readonly #onAnswer: () => void;
  #rowCount = 0;

  /** @param onAnswer The server waits for the rows, or does not want them. Is called also if nobody wants to know any more. */
  constructor(onAnswer: () => void, outcome: Outcome<number>) {
    super(outcome);
    this.#onAnswer = onAnswer;
  }

  message(type: number, memory: Uint8Array, _view: DataView, start: number, end: number): boolean {
    if (type !== types.COMMAND_COMPLETE) return false;
    this.#rowCount = readRowCount(memory, start, end);
    this.isAnswered = true;
    return true;
  }

  override copyAsked(): boolean {
    if (this.isAsked) return false;
    this.isAsked = true;
    this.#onAnswer();
    return true;
  }

  override ready(session: SessionSide): void {
    super.ready(session);
    this.#onAnswer();
  }

  override lost(error: PostgresClientError | PostgresError): void {
    super.lost(error);
    this.#onAnswer();
  }

  protected result(): number {
    return this.#rowCount;
  }
}

/** The first CopyData; rows follow in it. */
export function writeCopyHeader(writer: MessageWriter): void {
  writer.startMessage(types.COPY_DATA);
  writer.bytes(FILE_HEADER);
}

/** Ends the last CopyData and the COPY: for good, or because of a failure. */
export function writeCopyEnd(writer: MessageWriter, failure: string | null): void {
  if (failure === null) writer.int16(FILE_TRAILER);
  writer.endMessage();
  writer.startMessage(failure === null ? types.COPY_DONE : types.COPY_FAIL);
  if (failure !== null) writer.cstring(failure);
  writer.endMessage();
}

/**
 * One row.
 *
 * @throws {PostgresClientError} `ERR_ENCODE`: a value does not fit its column, or there are not as many; nothing of the
 *   row is written then.
 */
export function writeCopyRow(writer: MessageWriter, codecs: readonly Codec[], row: readonly unknown[]): void {
  if (row.length !== codecs.length) throw wrongCount(codecs.length, row.length);
  const start = writer.length;
  writer.int16(codecs.length);
  try {
    for (let i = 0; i < codecs.length; i++) encodeParameter(writer, codecs[i]!, row[i], i + 1, 'column');
  } catch (error) {
    writer.length = start;
    throw error as EncodeError;
  }
}

function wrongCount(wanted: number, given: number): PostgresClientError {
  return new PostgresClientError('ERR_ENCODE', `${wanted} columns are copied, a row of ${given} values was given`);
}
