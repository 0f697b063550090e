/**
 * What a server says: the body of an ErrorResponse or of a NoticeResponse.
 *
 *     'S' ERROR 0   'V' ERROR 0   'C' 42P01 0   'M' relation "t" does not exist 0   …   0
 *
 * Fields come in any order, and there may be ones that nobody knows yet. What is cut short is read as far as it goes:
 * a server's complaint is worth more than its form.
 */

/** One error or notice, field by field; a field that the server did not send is absent. */
export interface ServerMessage {
  /** `ERROR`, `FATAL`, `PANIC`, `WARNING`, `NOTICE`, `DEBUG`, `INFO` or `LOG`: in English, except from servers before 9.6. */
  readonly severity: string;
  /** Five characters, see PostgreSQL's appendix A; empty if the server sent none. */
  readonly sqlstate: string;
  /** What happened, in the server's language. */
  readonly message: string;
  /** More about it, which may hold values of the rows concerned. */
  readonly detail?: string;
  /** What might be done. */
  readonly hint?: string;
  /** Where in the statement, in characters from 1. */
  readonly position?: number;
  /** Where in `internalQuery`, in characters from 1. */
  readonly internalPosition?: number;
  /** A statement that the server made by itself, such as one inside a function. */
  readonly internalQuery?: string;
  /** The calls that led there, the innermost first, a line each. */
  readonly where?: string;
  readonly schema?: string;
  readonly table?: string;
  readonly column?: string;
  readonly dataType?: string;
  readonly constraint?: string;
  /** The server's source file, and where in it. */
  readonly file?: string;
  readonly line?: number;
  readonly routine?: string;
}

type Draft = { -readonly [Name in keyof ServerMessage]: ServerMessage[Name] };

const TEXT_FIELDS = [
  ['D', 'detail'],
  ['H', 'hint'],
  ['q', 'internalQuery'],
  ['W', 'where'],
  ['s', 'schema'],
  ['t', 'table'],
  ['c', 'column'],
  ['d', 'dataType'],
  ['n', 'constraint'],
  ['F', 'file'],
  ['R', 'routine'],
] as const;
const NUMBER_FIELDS = [
  ['P', 'position'],
  ['p', 'internalPosition'],
  ['L', 'line'],
] as const;

/** Not fatal: before a connection is set up, a server may speak in another encoding. */
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Reads the body that lies in `memory` from `start` to `end`, and nothing outside it. Never throws. */
export function parseServerMessage(memory: Uint8Array, start: number, end: number): ServerMessage {
  const fields = fieldsOf(memory.subarray(start, end));
  const message: Draft = {
    severity: fields.get('V') ?? fields.get('S') ?? 'ERROR',
    sqlstate: fields.get('C') ?? '',
    message: fields.get('M') ?? '',
  };
  for (const [letter, name] of TEXT_FIELDS) {
    const text = fields.get(letter);
    if (text !== undefined) message[name] = text;
  }
  for (const [letter, name] of NUMBER_FIELDS) {
    const text = fields.get(letter);
    if (text !== undefined && /^\d{1,10}$/.test(text)) message[name] = Number(text);
  }
  return message;
}

/** The fields by their letters; of two with the same letter, the later one. */
function fieldsOf(body: Uint8Array): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  let at = 0;
  while (at < body.length && body[at] !== 0) {
    const zero = body.indexOf(0, at + 1);
    const end = zero === -1 ? body.length : zero;
    fields.set(String.fromCharCode(body[at]!), utf8.decode(body.subarray(at + 1, end)));
    at = end + 1;
  }
  return fields;
}
