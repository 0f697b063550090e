/** What values of some types are to be in JavaScript. */
import { PostgresClientError } from '../errors.js';

/** For those types where more than one answer is right. Each option changes what is received; what may be sent stays the same, but for `json`. */
export interface TypeOptions {
  /**
   * int8 and xid8: `'bigint'` by default, which is exact. `'number'` refuses values that a number cannot hold exactly
   * (`DecodeError`).
   */
  readonly int8?: 'bigint' | 'number' | 'string' | undefined;
  /** numeric: `'string'` by default, every digit as PostgreSQL prints it. `'number'` rounds. */
  readonly numeric?: 'string' | 'number' | undefined;
  /** date: `'string'` by default, `'2000-01-31'`. `'date'` is midnight in UTC. */
  readonly date?: 'string' | 'date' | undefined;
  /** timestamp: `'string'` by default, `'2000-01-31 12:34:56.789'`. `'date'` takes it as UTC, and cuts off below milliseconds. */
  readonly timestamp?: 'string' | 'date' | undefined;
  /** timestamptz: `'date'` by default, which cuts off below milliseconds. `'string'` keeps microseconds and is in UTC, `'…+00'`. */
  readonly timestamptz?: 'date' | 'string' | undefined;
  /** json and jsonb: `'parsed'` by default. `'text'` is for numbers that JavaScript would round; then JSON text is sent as it is, too. */
  readonly json?: 'parsed' | 'text' | undefined;
  /** float4: `'shortest'` by default: 1.1 is 1.1, as PostgreSQL prints it. `'exact'` is what its 32 bits are: 1.100000023841858. */
  readonly float4?: 'shortest' | 'exact' | undefined;
  /** Whether short text is looked up among what was received lately instead of made anew; true by default. */
  readonly internText?: boolean | undefined;
}

/** What each option can be. */
const CHOICES: { readonly [Name in keyof TypeOptions]-?: readonly TypeOptions[Name][] } = {
  int8: ['bigint', 'number', 'string'],
  numeric: ['string', 'number'],
  date: ['string', 'date'],
  timestamp: ['string', 'date'],
  timestamptz: ['date', 'string'],
  json: ['parsed', 'text'],
  float4: ['shortest', 'exact'],
  internText: [true, false],
};

/** @throws {PostgresClientError} `ERR_CONFIG`: there is no such option, or it cannot be that. */
export function checkTypeOptions(options: TypeOptions): void {
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(CHOICES, name)) throw wrong(`there is no option ${JSON.stringify(name)} in types`);
    const choices: readonly unknown[] = CHOICES[name as keyof TypeOptions];
    if (value !== undefined && !choices.includes(value)) throw wrong(`types.${name} must be ${choices.join(' or ')}`);
  }
}

function wrong(problem: string): PostgresClientError {
  return new PostgresClientError('ERR_CONFIG', problem);
}
