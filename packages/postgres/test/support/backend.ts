/** Messages as a server writes them. */

/** A message of this type, one letter. */
export function message(type: string, ...body: readonly (Uint8Array | string | number)[]): Buffer {
  const bytes = Buffer.concat(
    body.map((part) => (typeof part === 'number' ? int16(part) : Buffer.from(part as Uint8Array))),
  );
  const head = Buffer.alloc(5);
  head.write(type, 'latin1');
  head.writeInt32BE(4 + bytes.length, 1);
  return Buffer.concat([head, bytes]);
}

/** Two bytes. */
export function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

/** Four bytes. */
export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

/** Authentication, with its kind. */
export const authentication = (code: number, body: Uint8Array | string = ''): Buffer => message('R', int32(code), body);
/** What a server says of a setting. */
export const parameterStatus = (name: string, value: string): Buffer => message('S', `${name}\0${value}\0`);
/** What to cancel by. */
export const backendKey = (processId: number, secret: number): Buffer => message('K', int32(processId), int32(secret));
/** The end of an answer: `I`, `T` or `E`. */
export const ready = (status = 'I'): Buffer => message('Z', status);
/** The end of a statement. */
export const complete = (tag: string): Buffer => message('C', `${tag}\0`);
export const PARSED: Buffer = message('1');
export const BOUND: Buffer = message('2');
export const CLOSED: Buffer = message('3');
export const NO_DATA: Buffer = message('n');

/** OIDs of types. */
export const INT4 = 23;
export const TEXT = 25;
export const BYTEA = 17;

/** Columns by name and type. */
export function rowDescription(...columns: readonly (readonly [name: string, oid: number])[]): Buffer {
  const fields = columns.map(([name, oid]) =>
    Buffer.concat([Buffer.from(`${name}\0`), int32(0), int16(0), int32(oid), int16(4), int32(-1), int16(0)]),
  );
  return message('T', columns.length, ...fields);
}

/** The types of parameters. */
export const parameterDescription = (...oids: readonly number[]): Buffer =>
  message('t', oids.length, ...oids.map(int32));

/** A row: numbers are `int4`, null is null. */
export function row(...values: readonly (number | string | Uint8Array | null)[]): Buffer {
  const fields = values.map((value) => {
    if (value === null) return int32(-1);
    const bytes = typeof value === 'number' ? int32(value) : Buffer.from(value as Uint8Array);
    return Buffer.concat([int32(bytes.length), bytes]);
  });
  return message('D', values.length, ...fields);
}

/** An ErrorResponse. */
export function refusal(sqlstate: string, severity = 'ERROR', text = 'as told'): Buffer {
  return message('E', `S${severity}\0V${severity}\0C${sqlstate}\0M${text}\0\0`);
}

/** A NoticeResponse. */
export function notice(text: string): Buffer {
  return message('N', `SNOTICE\0VNOTICE\0C00000\0M${text}\0\0`);
}

/** What a server says once it has let somebody in. */
export function welcome(processId = 4711, secret = 815): Buffer {
  return Buffer.concat([
    authentication(0),
    parameterStatus('client_encoding', 'UTF8'),
    parameterStatus('integer_datetimes', 'on'),
    backendKey(processId, secret),
    ready(),
  ]);
}

/** The answer to Parse, Describe and Sync. */
export function described(...columns: readonly (readonly [name: string, oid: number])[]): Buffer {
  return Buffer.concat([
    PARSED,
    parameterDescription(),
    columns.length === 0 ? NO_DATA : rowDescription(...columns),
    ready(),
  ]);
}

/** The answer to Bind, Execute and Sync. */
export function selected(...rows: readonly Buffer[]): Buffer {
  return Buffer.concat([BOUND, ...rows, complete(`SELECT ${rows.length}`), ready()]);
}
