/** A connection of a pool, in the hands of one caller. */
import { Connection } from '../connection/connection.js';
import { ConnectionError, type PostgresClientError } from '../errors.js';
import type { Member } from './member.js';

/**
 * A connection of a pool that is one caller's alone, until `release`: then its calls reject with `ERR_CLOSED`, and so do
 * those of transactions that were begun on it. `await using` releases it, too.
 */
export class PooledConnection extends Connection {
  readonly #giveBack: () => void;
  #isReleased = false;

  /** @param giveBack Is called once, when it is released. */
  constructor(member: Member, giveBack: () => void) {
    super(member.link, member.statements);
    this.#giveBack = giveBack;
  }

  override get isOpen(): boolean {
    return !this.#isReleased && super.isOpen;
  }

  /**
   * Gives the connection back to the pool, which waits for what is still under way on it (5 s), rolls back what is open,
   * and resets it before somebody else gets it.
   *
   * @throws {PostgresClientError} `ERR_CLOSED`: it was released before.
   */
  release(): void {
    if (this.#isReleased) throw this.overError();
    this.#isReleased = true;
    this.letGo();
    this.#giveBack();
  }

  /** Ends the connection itself, so that the pool makes another one instead. It is to be released all the same; after that, this does nothing. */
  override async close(options?: { timeoutMs?: number | undefined }): Promise<void> {
    if (!this.#isReleased) await super.close(options);
  }

  /** Releases it, unless it is. */
  override async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isReleased) this.release();
  }

  protected override get isOver(): boolean {
    return this.#isReleased;
  }

  protected override overError(): PostgresClientError {
    return new ConnectionError('ERR_CLOSED', 'the connection was released to its pool', true);
  }
}
