/** Checks of errors by their code, which is what callers match on. */
import assert from 'node:assert/strict';
import { type ErrorCode, LandfallError } from '../errors.js';

/** Asserts that `error` is one of landfall's, with this code. */
export function assertCode(error: unknown, code: ErrorCode): asserts error is LandfallError {
  assert.ok(error instanceof LandfallError, `expected ${code}, not ${String(error)}`);
  assert.equal(error.code, code, error.message);
}

/** For `assert.throws` and `assert.rejects`. */
export function hasCode(code: ErrorCode): (error: unknown) => boolean {
  return (error) => {
    assertCode(error, code);
    return true;
  };
}
