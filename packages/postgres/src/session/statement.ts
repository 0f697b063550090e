/** A statement that the server has parsed, and what it said about it. */
import { PostgresClientError } from '../errors.js';
import type { Codec } from '../types/codec.js';
import type { Column } from '../wire/backend-messages.js';
import * as types from '../wire/message-types.js';
import { MessageWriter } from '../wire/message-writer.js';
import type { Description } from './description.js';
import type { DescriptionCache } from './description-cache.js';

/** A statement of one connection. */
export class Statement {
  description: Description;
  /** Whether its Parse was sent. */
  isSent = false;
  /** Whether the server has parsed it. */
  isParsed = false;
  /** Whether its result is not to be read as it was asked for: what was believed of it is wrong. */
  isWrong = false;
  /** On the server; empty: the unnamed one, parsed anew each time. */
  readonly name: string;
  /** Bind up to its first value. */
  readonly bindHead: Uint8Array;
  /** Bind behind its last value. */
  readonly bindTail: Uint8Array;
  /** When it was used last, by the clock of its cache. */
  usedAt = 0;
  readonly #shared: DescriptionCache;

  /** @param shared Where others learn what has changed about it. */
  constructor(name: string, description: Description, shared: DescriptionCache) {
    this.name = name;
    this.description = description;
    this.#shared = shared;
    const writer = new MessageWriter();
    writer.cstring('');
    writer.cstring(name);
    writeFormats(writer, description.parameters);
    writer.int16(description.parameters.length);
    this.bindHead = writer.writtenView().slice();
    writer.clear();
    writeFormats(writer, description.codecs);
    this.bindTail = writer.writtenView().slice();
  }

  /** The server refused what it was sent with: if it has not been parsed by now, it was not. */
  refused(): void {
    this.isSent &&= this.isParsed;
  }

  /** The server says what its columns are now. @throws {PostgresClientError} `ERR_DECODE`: they come in another form than was asked for. */
  redescribe(columns: readonly Column[]): void {
    const before = this.description;
    if (isSame(before.columns, columns)) return;
    const description = before.withColumns(columns);
    this.isWrong = description.codecs.length !== before.codecs.length && !before.codecs.every(isBinary);
    this.isWrong ||= description.codecs.some(({ format }, i) => format !== (before.codecs[i]?.format ?? 1));
    if (this.isWrong) throw otherColumns();
    this.description = description;
    this.#shared.add(description);
  }
}

/** What rejects whoever asked for other columns than there are. */
export function otherColumns(): PostgresClientError {
  return new PostgresClientError('ERR_DECODE', 'the result has other columns than before');
}

function isBinary({ format }: Codec): boolean {
  return format === 1;
}

function isSame(before: readonly Column[], now: readonly Column[]): boolean {
  return (
    before.length === now.length &&
    before.every(({ name, typeOid }, i) => name === now[i]!.name && typeOid === now[i]!.typeOid)
  );
}

/** None: all are text. One: all are that. Otherwise one for each. */
function writeFormats(writer: MessageWriter, codecs: readonly Codec[]): void {
  if (codecs.every(({ format }) => format === 1)) {
    writer.int16(1);
    writer.int16(1);
  } else {
    writer.int16(codecs.length);
    for (const { format } of codecs) writer.int16(format);
  }
}

/** Parse, with the types of the parameters where they are known. */
export function writeParse(writer: MessageWriter, name: string, text: string, parameterOids: readonly number[]): void {
  writer.startMessage(types.PARSE);
  writer.cstring(name);
  writer.cstring(text);
  writer.int16(parameterOids.length);
  for (const oid of parameterOids) writer.int32(oid | 0);
  writer.endMessage();
}

/** Describe of a statement: its parameters, then its columns. */
export function writeDescribe(writer: MessageWriter, name: string): void {
  writer.startMessage(types.DESCRIBE);
  writer.uint8(0x53); // S: a statement
  writer.cstring(name);
  writer.endMessage();
}

/** Close of a statement. */
export function writeClose(writer: MessageWriter, name: string): void {
  writer.startMessage(types.CLOSE);
  writer.uint8(0x53); // S: a statement
  writer.cstring(name);
  writer.endMessage();
}

/** Sync: here an exchange ends. */
export function writeSync(writer: MessageWriter): void {
  writer.startMessage(types.SYNC);
  writer.endMessage();
}
