/** What was typed, checked. Anything wrong with it is a `UsageError`: a clear line on standard error and exit status 2. */
import { type ParseArgsConfig, parseArgs } from 'node:util';

/** The caller typed something that cannot be meant. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

type Options = NonNullable<ParseArgsConfig['options']>;
type Parsed<T extends Options> = ReturnType<typeof parseArgs<{ options: T; args: string[]; strict: true }>>['values'];

/** The options among `args`; every other word is an error. */
export function parseOptions<const T extends Options>(args: string[], options: T): Parsed<T> {
  const { values, words } = parseWords(args, options);
  if (words.length > 0) throw new UsageError(`nothing is called "${words[0]}" here`);
  return values;
}

/** The options among `args`, and the other words in their order. */
export function parseWords<const T extends Options>(
  args: string[],
  options: T,
): { values: Parsed<T>; words: readonly string[] } {
  try {
    const { values, positionals } = parseArgs({ args, options, strict: true, allowPositionals: true });
    return { values: values as Parsed<T>, words: positionals };
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** A whole number of at least `least`; digits may be grouped by underscores. */
export function wholeNumber(option: string, text: string, least: number): number {
  const number = /^\d[\d_]*$/.test(text) ? Number(text.replaceAll('_', '')) : Number.NaN;
  if (!Number.isSafeInteger(number) || number < least) {
    throw new UsageError(`--${option} wants a whole number of at least ${least}, not "${text}"`);
  }
  return number;
}

/** Whole numbers of at least `least`, separated by commas, none twice. */
export function wholeNumbers(option: string, text: string, least: number): number[] {
  return [...new Set(text.split(',').map((each) => wholeNumber(option, each.trim(), least)))];
}

/** The longest frame there is memory for: landfall's is addressed by 32 bits, and its last 64 KiB are not given out. */
const MOST_FRAME_BYTES = 2 ** 32 - 2 ** 16;

/** A frame's size in bytes, of at least `least` and at most `most`. */
export function frameByteCount(option: string, text: string, least: number, most: number = MOST_FRAME_BYTES): number {
  const frameBytes = wholeNumber(option, text, least);
  if (frameBytes <= most) return frameBytes;
  const words = most === MOST_FRAME_BYTES ? ' (4 GiB - 64 KiB)' : '';
  throw new UsageError(`--${option} wants at most ${most}${words}, not "${text}"`);
}

/** Sizes of frames, separated by commas, none twice. */
export function frameByteCounts(option: string, text: string, least: number): number[] {
  return [...new Set(text.split(',').map((size) => frameByteCount(option, size.trim(), least)))];
}

/** A port to listen on; 0 lets the system choose. */
export function portNumber(option: string, text: string): number {
  const port = wholeNumber(option, text, 0);
  if (port > 65535) throw new UsageError(`--${option} wants a port of at most 65535, not "${text}"`);
  return port;
}

/** One of a few words. */
export function oneOf<const T extends string>(option: string, text: string, choices: readonly T[]): T {
  const choice = choices.find((candidate) => candidate === text);
  if (choice === undefined) throw new UsageError(`--${option} wants one of ${choices.join(', ')}, not "${text}"`);
  return choice;
}
