/** Who reads the rows of an exchange: into objects, into columns, into the caller's memory, or not at all. */
import { DecodeError, PostgresClientError, ProtocolError } from '../errors.js';
import { ByteBlock } from '../types/byte-block.js';
import type { Codec } from '../types/codec.js';
import { type ColumnBuilder, columnBuilder } from '../types/column-values.js';
import { untrackedArray } from '../types/untracked-array.js';
import type { RowReader } from '../wire/message-receiver.js';
import { DATA_ROW } from '../wire/message-types.js';
import type { ReceiveBuffer } from '../wire/receive-buffer.js';
import { malformed, ROW_HEADER_BYTES, type RowFunction } from './row-shape.js';

/** One block at a time is enough for a thread: a run of rows is read without anything in between. */
const block = new ByteBlock();

/** Memory that is larger is not given away to the values in it. */
const GIVEN_BYTES_MAX = 264 * 1024;

/** What a reader tells of a value that cannot be read. */
export interface RowFailure {
  fail(error: Error): void;
}

/** Reads rows with a row function; what they could not be read for goes to `failure`, and the rest is dropped. */
export class RowsReader implements RowReader {
  readonly rows: unknown[] = untrackedArray();
  readonly #read: RowFunction;
  keepsMemory = false;
  readonly takesParts: boolean = false;
  readonly #failure: RowFailure;
  #hasFailed = false;

  constructor(read: RowFunction, failure: RowFailure) {
    this.#read = read;
    this.#failure = failure;
  }

  read(memory: Uint8Array, view: DataView, start: number, end: number): number {
    if (this.#hasFailed) return framedRows(memory, view, start, end);
    block.begin(memory, end, memory.length <= GIVEN_BYTES_MAX && (end - start) * 4 >= memory.length * 3);
    try {
      const next = this.#read(memory, view, start, end, this.rows, block);
      this.keepsMemory = block.isGiven;
      return next;
    } catch (error) {
      if (!(error instanceof DecodeError)) throw asProtocolError(error);
      this.#hasFailed = true;
      this.#failure.fail(error);
      return framedRows(memory, view, start, end);
    } finally {
      block.end();
    }
  }
}

/** Reads rows into columns. */
export class ColumnsReader implements RowReader {
  readonly keepsMemory: boolean = false;
  readonly takesParts: boolean = false;
  readonly builders: ColumnBuilder[];
  rowCount = 0;
  readonly #codecs: readonly Codec[];
  readonly #failure: RowFailure;
  #hasFailed = false;

  constructor(codecs: readonly Codec[], failure: RowFailure) {
    this.#codecs = codecs;
    this.#failure = failure;
    this.builders = codecs.map((codec) => columnBuilder(codec));
  }

  read(memory: Uint8Array, view: DataView, start: number, end: number): number {
    let p = start;
    try {
      while (!this.#hasFailed && end - p >= ROW_HEADER_BYTES && memory[p] === DATA_ROW) {
        const next = p + 1 + view.getInt32(p + 1);
        if (next > end) return p;
        this.#readRow(memory, view, p, next);
        this.rowCount++;
        p = next;
      }
    } catch (error) {
      if (!(error instanceof DecodeError)) throw asProtocolError(error);
      this.#hasFailed = true;
      this.#failure.fail(error);
    }
    return framedRows(memory, view, p, end);
  }

  #readRow(memory: Uint8Array, view: DataView, start: number, next: number): void {
    const codecs = this.#codecs;
    if (next - start < ROW_HEADER_BYTES || view.getUint16(start + 5) !== codecs.length) malformed();
    let p = start + ROW_HEADER_BYTES;
    for (let i = 0; i < codecs.length; i++) {
      const bytes = next - p >= 4 ? view.getInt32(p) : malformed();
      p += 4;
      if (bytes === -1) {
        this.builders[i]!.appendNull();
        continue;
      }
      const { format, fixedBytes } = codecs[i]!;
      if (bytes < 0 || bytes > next - p || (format === 1 && fixedBytes >= 0 && bytes !== fixedBytes)) malformed();
      this.builders[i]!.append(memory, view, p, p + bytes);
      p += bytes;
    }
    if (p !== next) malformed();
  }
}

/** A row of one column: its header, and the length of its value. */
const VALUE_HEADER_BYTES = ROW_HEADER_BYTES + 4;

/**
 * Puts the one value of one row into the caller's memory: what came with its header is copied, the rest is received
 * there.
 */
export class IntoReader implements RowReader {
  readonly keepsMemory: boolean = false;
  readonly takesParts: boolean = true;
  /** The value's bytes; null until its row came. */
  valueBytes: number | null = null;
  readonly #target: Uint8Array;
  readonly #received: ReceiveBuffer;
  readonly #failure: RowFailure;
  readonly #countCopied: (nbytes: number) => void;
  #rows = 0;

  constructor(target: Uint8Array, received: ReceiveBuffer, failure: RowFailure, countCopied: (nbytes: number) => void) {
    this.#target = target;
    this.#received = received;
    this.#failure = failure;
    this.#countCopied = countCopied;
  }

  read(memory: Uint8Array, view: DataView, start: number, end: number): number {
    let p = start;
    while (p < end && memory[p] === DATA_ROW) {
      if (end - p < VALUE_HEADER_BYTES) return p;
      p = this.#readRow(memory, view, p, end);
    }
    return p;
  }

  /** The caller wants its memory back: what still comes of the value is received elsewhere. */
  letGo(): void {
    this.#received.landElsewhere();
  }

  /** Takes the row at `start` as far as it is here; returns where what was taken ends. */
  #readRow(memory: Uint8Array, view: DataView, start: number, end: number): number {
    const rowBytes = view.getInt32(start + 1) - (VALUE_HEADER_BYTES - 1);
    const bytes = view.getInt32(start + ROW_HEADER_BYTES);
    if (view.getUint16(start + 5) !== 1 || rowBytes < 0 || (bytes === -1 ? 0 : bytes) !== rowBytes) malformed();
    const from = start + VALUE_HEADER_BYTES;
    const here = Math.min(rowBytes, end - from);
    this.#received.narrow(false);
    if (!this.#accepts(bytes)) {
      if (here < rowBytes) this.#received.skip(rowBytes - here);
      return from + here;
    }
    this.valueBytes = bytes;
    this.#target.set(memory.subarray(from, from + here));
    this.#countCopied(here);
    if (here < rowBytes) this.#received.land(this.#target.subarray(here, rowBytes));
    return from + here;
  }

  /** Whether a value of so many bytes (-1: null) is the one that goes into the target. */
  #accepts(bytes: number): boolean {
    this.#rows++;
    if (this.#rows > 1) this.#failure.fail(wrongRows('more than one row came'));
    else if (bytes < 0) this.#failure.fail(wrongRows('the value is null'));
    else if (bytes > this.#target.length) this.#failure.fail(tooLarge(bytes, this.#target.length));
    else return true;
    return false;
  }
}

/** Drops rows, however large. */
export class RowsDropped implements RowReader {
  readonly keepsMemory: boolean = false;
  readonly takesParts: boolean = true;
  readonly #received: ReceiveBuffer;

  constructor(received: ReceiveBuffer) {
    this.#received = received;
  }

  read(memory: Uint8Array, view: DataView, start: number, end: number): number {
    const p = framedRows(memory, view, start, end);
    if (end - p < ROW_HEADER_BYTES || memory[p] !== DATA_ROW) return p;
    this.#received.skip(p + 1 + view.getInt32(p + 1) - end);
    return end;
  }
}

/** Steps over whole rows without looking into them. */
function framedRows(memory: Uint8Array, view: DataView, start: number, end: number): number {
  let p = start;
  while (end - p >= ROW_HEADER_BYTES && memory[p] === DATA_ROW) {
    const next = p + 1 + view.getInt32(p + 1);
    if (next - p < ROW_HEADER_BYTES) malformed();
    if (next > end) break;
    p = next;
  }
  return p;
}

/** A row that reaches out of its message was read beyond the end of the memory. */
function asProtocolError(error: unknown): Error {
  return error instanceof RangeError ? new ProtocolError('a row that reaches out of its message') : (error as Error);
}

function wrongRows(problem: string): PostgresClientError {
  return new PostgresClientError('ERR_ROWS', `readInto() is for one row with one value: ${problem}`);
}

function tooLarge(bytes: number, limitBytes: number): PostgresClientError {
  return new PostgresClientError('ERR_LIMIT', `a value of ${bytes} bytes does not fit into ${limitBytes} bytes`);
}
