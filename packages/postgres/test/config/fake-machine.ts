/** A machine that exists in a test only. */
import assert from 'node:assert/strict';
import type { FileFacts, Machine } from '../../dist/config/machine.js';
import { PostgresClientError } from '../../dist/errors.js';

export interface FakeFile extends Partial<FileFacts> {
  readonly text?: string;
}

export interface FakeMachine extends Machine {
  readonly warnings: readonly string[];
}

/** One with this environment and these files, where `alice` is at home in `/home/alice`. */
export function fakeMachine(
  env: Machine['env'] = {},
  files: Readonly<Record<string, FakeFile>> = {},
  more: Partial<Machine> = {},
): FakeMachine {
  const warnings: string[] = [];
  return {
    env,
    isWindows: false,
    userName: () => 'alice',
    homeDirectory: () => '/home/alice',
    readText: (path) => {
      const text = files[path]?.text;
      if (text === undefined) throw new Error(`no text in ${path}`);
      return text;
    },
    facts: (path) => {
      const file = files[path];
      return file === undefined ? null : { isFile: true, mode: 0o600, isRoots: false, ...file };
    },
    warn: (message) => warnings.push(message),
    warnings,
    ...more,
  };
}

/** What `ERR_CONFIG` says; fails if there is none. */
export function problemOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof PostgresClientError, String(error));
    assert.equal(error.code, 'ERR_CONFIG');
    return error.message;
  }
  return assert.fail('nothing was thrown');
}
