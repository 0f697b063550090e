/** What a configuration takes from the machine it is made on, so that tests can be another one. */
import { readFileSync, statSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';

/** What `stat` says of a file. */
export interface FileFacts {
  readonly isFile: boolean;
  /** The permission bits. */
  readonly mode: number;
  /** Whether root owns it. */
  readonly isRoots: boolean;
}

/** The environment, the user, and files. */
export interface Machine {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isWindows: boolean;
  /** The operating system's name of the user; undefined if there is none. */
  userName(): string | undefined;
  /** Where the user's files are; undefined if nobody knows. */
  homeDirectory(): string | undefined;
  /** Throws as `readFileSync`. */
  readText(path: string): string;
  /** Null if there is nothing at that path that can be looked at. */
  facts(path: string): FileFacts | null;
  /** For people: something of the configuration is passed over. */
  warn(message: string): void;
}

/** The machine that this process runs on. */
export function thisMachine(): Machine {
  return {
    env: process.env,
    isWindows: process.platform === 'win32',
    userName: () => orUndefined(() => userInfo().username),
    homeDirectory: () => orUndefined(homedir),
    readText: (path) => readFileSync(path, 'utf8'),
    facts: factsOf,
    warn: (message) => process.emitWarning(message, { type: 'PostgresWarning' }),
  };
}

function factsOf(path: string): FileFacts | null {
  const stats = orUndefined(() => statSync(path));
  if (stats === undefined) return null;
  return { isFile: stats.isFile(), mode: stats.mode & 0o777, isRoots: stats.uid === 0 };
}

/** Node throws where there is no such user, home or file: not an error here, but the end of a default. */
function orUndefined<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}
