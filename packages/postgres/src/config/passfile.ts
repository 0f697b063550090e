/**
 * The file of passwords, `.pgpass`: a line for each, the first that fits counts.
 *
 *     host:port:database:user:password
 *
 * `*` fits everything, a backslash takes the character behind it as it is, and a line that begins with `#` is a comment.
 */
import { type HostAddress, isDefaultSocketDirectory } from './hosts.js';
import type { Machine } from './machine.js';

/** Bits of a file's mode by which others than its owner can get at it. */
const OTHERS = 0o077;

/** What a password is looked up by. */
export interface PasswordKey {
  readonly address: HostAddress;
  readonly database: string;
  readonly user: string;
}

/** Finds the password in the file's text; undefined if there is none. */
export function passwordIn(text: string, { address, database, user }: PasswordKey): string | undefined {
  const host = isDefaultSocketDirectory(address.host) ? 'localhost' : address.host;
  const wanted = [host, String(address.port), database, user];
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('#')) continue;
    const fields = fieldsOf(line);
    const fits = wanted.every((value, i) => fields[i]?.raw === '*' || fields[i]?.value === value);
    if (fits && fields[4] !== undefined) return fields[4].value;
  }
  return undefined;
}

/**
 * Looks a password up in the file itself.
 *
 * A file that is none, that others can read, or that cannot be read is passed over with a warning.
 *
 * @param warn Told why.
 */
export function passwordFromFile(
  path: string,
  key: PasswordKey,
  machine: Machine,
  warn: (message: string) => void,
): string | undefined {
  const facts = machine.facts(path);
  if (facts === null) return undefined;
  if (!facts.isFile) {
    warn(`password file "${path}" is not a plain file`);
    return undefined;
  }
  if (!machine.isWindows && (facts.mode & OTHERS) !== 0) {
    warn(`password file "${path}" can be read by others: its mode must be 0600 or less`);
    return undefined;
  }
  try {
    return passwordIn(machine.readText(path), key);
  } catch (error) {
    warn(`password file "${path}" cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

interface Field {
  /** As it is written, by which a `*` can be told from `\*`. */
  readonly raw: string;
  readonly value: string;
}

function fieldsOf(line: string): readonly Field[] {
  const raws: string[] = [];
  let start = 0;
  for (let at = 0; at < line.length; at++) {
    if (line[at] === '\\') at++;
    else if (line[at] === ':') {
      raws.push(line.slice(start, at));
      start = at + 1;
    }
  }
  raws.push(line.slice(start));
  return raws.map((raw) => ({ raw, value: raw.replace(/\\(.)/gs, '$1') }));
}
