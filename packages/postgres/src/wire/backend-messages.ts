/** Reading the bodies of the server's messages. Nothing here reads outside `start` to `end`. */
import { ProtocolError } from '../errors.js';

/** U+FEFF is a character like others, also at the start of a name. */
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** One column of a result, as RowDescription tells of it. */
export interface Column {
  /** Its name; not unique. */
  readonly name: string;
  /** The table it is a column of, 0 if it is none's. */
  readonly tableOid: number;
  /** Its number in that table, 0 if it is none's. */
  readonly attributeNumber: number;
  /** The OID of its type. */
  readonly typeOid: number;
  /** Bytes of the type; negative where they vary. */
  readonly typeBytes: number;
  /** As `pg_attribute.atttypmod`; -1 where the type has none. */
  readonly typeModifier: number;
}

/** A string that ends with a zero; `end` is behind that. @throws {ProtocolError} There is none. */
export function readCString(memory: Uint8Array, start: number, end: number): { text: string; end: number } {
  const zero = memory.indexOf(0, start);
  if (zero < 0 || zero >= end) throw new ProtocolError('a string without its end');
  return { text: utf8.decode(memory.subarray(start, zero)), end: zero + 1 };
}

/** RowDescription. */
export function readColumns(memory: Uint8Array, view: DataView, start: number, end: number): Column[] {
  const count = readCount(view, start, end);
  const columns: Column[] = [];
  let p = start + 2;
  for (let i = 0; i < count; i++) {
    const name = readCString(memory, p, end);
    p = name.end;
    if (end - p < 18) throw new ProtocolError('a column without its description');
    columns.push({
      name: name.text,
      tableOid: view.getUint32(p),
      attributeNumber: view.getInt16(p + 4),
      typeOid: view.getUint32(p + 6),
      typeBytes: view.getInt16(p + 10),
      typeModifier: view.getInt32(p + 12),
    });
    p += 18;
  }
  if (p !== end) throw new ProtocolError('a RowDescription that goes on behind its columns');
  return columns;
}

/** ParameterDescription: the OIDs of the types. */
export function readParameterOids(view: DataView, start: number, end: number): number[] {
  const count = readCount(view, start, end);
  if (end - start !== 2 + 4 * count) throw new ProtocolError(`a ParameterDescription of ${end - start} bytes`);
  const oids: number[] = [];
  for (let i = 0; i < count; i++) oids.push(view.getUint32(start + 2 + 4 * i));
  return oids;
}

/**
 * CommandComplete: the rows that were selected, inserted, changed or deleted. `INSERT 0 5` is 5, `BEGIN` is 0.
 */
export function readRowCount(memory: Uint8Array, start: number, end: number): number {
  let rowCount = 0;
  let unit = 1;
  for (let p = end - 2; p >= start; p--) {
    const digit = memory[p]! - 0x30;
    if (digit < 0 || digit > 9) break;
    rowCount += digit * unit;
    unit *= 10;
  }
  return rowCount;
}

/** CommandComplete: what was done, `INSERT` for example. Most are as the one before, and cost no new string then. */
export function readCommand(memory: Uint8Array, start: number, end: number): string {
  for (let i = 0; ; i++) {
    const unit = start + i < end ? memory[start + i]! : 0;
    if (i === lastCommand.length && (unit === 0 || (unit === 0x20 && isDigit(memory[start + i + 1]))))
      return lastCommand;
    if (unit !== lastCommand.charCodeAt(i)) break;
  }
  lastCommand = readCString(memory, start, end).text.replace(/[ 0-9]+$/, '');
  return lastCommand;
}

let lastCommand = 'SELECT';

function isDigit(unit: number | undefined): boolean {
  return unit !== undefined && unit >= 0x30 && unit <= 0x39;
}

function readCount(view: DataView, start: number, end: number): number {
  if (end - start < 2) throw new ProtocolError('a description without its count');
  return view.getUint16(start);
}
