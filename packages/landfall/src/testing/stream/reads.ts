/** Every way to read, to be tried at the same things. */
import { IncompleteError } from '../../errors.js';
import type { WaitOptions } from '../../protocol/contracts.js';
import { awaitedLater, within } from '../waiting.js';
import { asText, type TestedStream } from './link.js';

/** One way to read. */
export interface WayToRead {
  readonly name: string;
  /** What was read, as text of one character a byte; null at the end. */
  readonly read: (stream: TestedStream, wait?: WaitOptions) => Promise<string | null>;
  /** So many bytes settle it, if `cd` is not among them, and no end of a line. */
  readonly wantsBytes: number;
  /** What it comes to at the end with nothing before that, as `outcomeOf` has it. */
  readonly atEnd: string | null;
  /** The same with `abc` before the end. */
  readonly afterSome: string | null;
}

const text = async (reading: Promise<Uint8Array | null>): Promise<string | null> => {
  const bytes = await reading;
  return bytes === null ? null : asText(bytes);
};

const into = async (stream: TestedStream, bytes: number, wait: WaitOptions = {}, partial = false) => {
  const target = Buffer.alloc(bytes);
  const filled = await stream.readInto(target, { ...wait, partial });
  return filled === null ? null : asText(target.subarray(0, filled));
};

const exactly = (how: string, wantsBytes: number): WayToRead => ({
  name: `readExactly() of ${how}`,
  read: (stream, wait) => text(stream.readExactly(wantsBytes, wait)),
  wantsBytes,
  atEnd: `0 of ${wantsBytes}: `,
  afterSome: `3 of ${wantsBytes}: abc`,
});

const full = (how: string, wantsBytes: number): WayToRead => ({
  name: `readInto() of ${how}`,
  read: (stream, wait) => into(stream, wantsBytes, wait),
  wantsBytes,
  atEnd: `0 of ${wantsBytes}: null`,
  afterSome: `3 of ${wantsBytes}: null`,
});

/** Those into memory of the reader's, which gets what arrives before a read is cut short. */
const WAYS_INTO: readonly WayToRead[] = [
  full('little', 7),
  full('much', 100_000),
  {
    name: 'readInto() partial',
    read: (stream, wait) => into(stream, 100_000, wait, true),
    wantsBytes: 1,
    atEnd: null,
    afterSome: 'abc',
  },
];

/** The others. */
export const WAYS_OUT: readonly WayToRead[] = [
  {
    name: 'read()',
    read: (stream, wait) => text(stream.read(undefined, wait)),
    wantsBytes: 1,
    atEnd: null,
    afterSome: 'abc',
  },
  exactly('few', 5),
  exactly('many', 100_000),
  exactly('very many', 2 ** 40),
  {
    name: 'readUntil()',
    read: (stream, wait) => text(stream.readUntil('cd', wait)),
    wantsBytes: Number.POSITIVE_INFINITY,
    atEnd: '0 of undefined: ',
    afterSome: '3 of undefined: abc',
  },
  {
    name: 'readLine()',
    read: (stream, wait) => stream.readLine(wait),
    wantsBytes: Number.POSITIVE_INFINITY,
    atEnd: null,
    afterSome: 'abc',
  },
  {
    name: 'readToEnd()',
    read: (stream, wait) => text(stream.readToEnd(wait)),
    wantsBytes: Number.POSITIVE_INFINITY,
    atEnd: '',
    afterSome: 'abc',
  },
];

export const WAYS: readonly WayToRead[] = [...WAYS_OUT, ...WAYS_INTO];

/** What a read comes to: what was read, or in a few words how much was missing at the end. May be awaited later. */
export function outcomeOf(what: string, reading: Promise<string | null>): Promise<string | null> {
  const outcome = within(what, reading).catch((error: unknown) => {
    if (!(error instanceof IncompleteError)) throw error;
    const partial = error.partial === undefined ? null : asText(error.partial);
    return `${error.bytesRead} of ${error.expectedBytes}: ${partial}`;
  });
  return awaitedLater(outcome);
}
