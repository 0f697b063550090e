/** Asking for a statement to be run: Bind, Execute, Sync. */
import { PostgresClientError } from '../errors.js';
import { encodeParameter } from '../types/encode-params.js';
import * as types from '../wire/message-types.js';
import type { MessageWriter } from '../wire/message-writer.js';
import type { Statement } from './statement.js';

/** Bind of a statement. @throws {EncodeError} A parameter does not fit; nothing is written then. */
export function writeBind(writer: MessageWriter, statement: Statement, params: readonly unknown[]): void {
  const codecs = statement.description.parameters;
  if (params.length !== codecs.length) throw wrongCount(codecs.length, params.length);
  const start = writer.length;
  writer.startMessage(types.BIND);
  writer.bytes(statement.bindHead);
  try {
    for (let i = 0; i < codecs.length; i++) encodeParameter(writer, codecs[i]!, params[i], i + 1);
  } catch (error) {
    writer.dropMessage(start);
    throw error;
  }
  writer.bytes(statement.bindTail);
  writer.endMessage();
}

// Execute: the unnamed portal, all rows. Sync. Their bytes are always the same.
const EXECUTE = Uint8Array.of(types.EXECUTE, 0, 0, 0, 9, 0, 0, 0, 0, 0);
const EXECUTE_SYNC = Uint8Array.of(...EXECUTE, types.SYNC, 0, 0, 0, 4);

/** Execute of what was bound last. */
export function writeExecute(writer: MessageWriter): void {
  writer.bytes(EXECUTE);
}

/** Execute of what was bound last, and Sync. */
export function writeExecuteSync(writer: MessageWriter): void {
  writer.bytes(EXECUTE_SYNC);
}

function wrongCount(wanted: number, given: number): PostgresClientError {
  return new PostgresClientError('ERR_ENCODE', `the statement has ${wanted} parameters, ${given} were given`);
}
