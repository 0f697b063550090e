/** What must be so when a connection is gone, however it went. */
import assert from 'node:assert/strict';
import { type ErrorCode, LandfallError } from 'landfall';
import { blockPool } from '../../dist/memory/block-pool.js';
import { loopTurns, within } from '../../dist/testing/waiting.js';

/** Collects what nobody was told of: rejections that nobody handles, and process warnings. None may be there in the end. */
export class Quiet implements AsyncDisposable {
  readonly #heard: unknown[] = [];
  readonly #note = (what: unknown): void => void this.#heard.push(what);
  readonly #usedBytes: number = blockPool.usedBytes;

  constructor() {
    process.on('unhandledRejection', this.#note);
    process.on('warning', this.#note);
  }

  /** @throws {Error} Something was heard, or a block of the thread's memory is still in use. */
  async [Symbol.asyncDispose](): Promise<void> {
    await loopTurns(2);
    process.off('unhandledRejection', this.#note);
    process.off('warning', this.#note);
    assert.deepEqual(this.#heard, []);
    assert.equal(blockPool.usedBytes - this.#usedBytes, 0, 'blocks of the thread that stayed in use');
  }
}

/** Settles to the errors of those that rejected; those that resolved are left out. All have to settle, and none is unhandled meanwhile. */
export async function failuresOf(waits: readonly Promise<unknown>[]): Promise<unknown[]> {
  const outcomes = await within('every wait', Promise.allSettled(waits));
  return outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
}

/** Asserts that every error is landfall's and has one of these codes. */
export function assertCodes(errors: readonly unknown[], codes: readonly ErrorCode[]): void {
  for (const error of errors) {
    assert.ok(error instanceof LandfallError, `not typed: ${String(error)}`);
    assert.ok(codes.includes(error.code), `${error.code}, not ${codes.join(' or ')}: ${error.message}`);
  }
}
