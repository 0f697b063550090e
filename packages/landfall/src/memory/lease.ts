/**
 * Leases: memory that is somebody's until it is given back.
 *
 * What may still be waiting to be sent when a lease is released is claimed by the output itself: so memory is used again
 * only when both are done with it.
 */
import { LandfallError } from '../errors.js';
import type { Block } from './arena.js';
import { callSite, isDebug, warn } from './debug.js';

/**
 * Memory that is yours until you release it: declare it with `using`, call `release()`, or write it, which passes it on.
 *
 * Forgetting to is a leak, and no danger: the memory is not used again, and collected as any other.
 */
export interface Lease<Memory extends ArrayBufferLike = ArrayBufferLike> extends Disposable {
  /**
   * The memory, to read and write; a view of it must not be used after the release either, which debug mode
   * (`LANDFALL_DEBUG=1`) finds out.
   *
   * @throws {LandfallError} `ERR_RELEASED`: it was released, kept or passed on; in debug mode, with where.
   */
  readonly bytes: Uint8Array<Memory>;
  /** Gives the memory back. A second time does nothing, and is counted in the pool's `stats()`. */
  release(): void;
  /**
   * Releases it, and returns its bytes in memory of your own: a copy, counted in `stats()`, unless nothing shares it.
   *
   * @throws {LandfallError} `ERR_RELEASED`.
   */
  keep(): Uint8Array<ArrayBuffer>;
}

/** Counts what a lease did that costs. */
export interface LeaseCounter {
  /** The bytes were copied, to be kept. */
  countCopied(nbytes: number): void;
  /** It was released after it was already. */
  countReleasedTwice?(): void;
}

/** What is known of a lease when it is collected. */
interface Watched {
  readonly block: Block;
  readonly counter: (LeaseCounter & { countLeaked?(): void }) | null;
}

const HELD = 0;
const RELEASED = 1;
/** Given to somebody who releases it: releasing it once more is no mistake, as `using` does. */
const PASSED_ON = 2;

/** The one kind of lease that there is: all of `block`'s claim, or memory that nothing shares. */
export class MemoryLease<Memory extends ArrayBufferLike = ArrayBufferLike> implements Lease<Memory> {
  readonly #view: Uint8Array<Memory>;
  readonly #block: Block | null;
  readonly #counter: LeaseCounter | null;
  readonly #acquiredAt: string = callSite();
  #releasedAt = '';
  #watched: Watched | null = null;
  #state: typeof HELD | typeof RELEASED | typeof PASSED_ON = HELD;

  /**
   * @param view What is leased; of `block`, if there is one.
   * @param block One claim on it is the lease's. Null when nothing shares the memory.
   */
  constructor(view: Uint8Array<Memory>, block: Block | null, counter: LeaseCounter | null) {
    this.#view = view;
    this.#block = block;
    this.#counter = counter;
    if (block === null) return;
    if (isDebug) block.acquiredAt = this.#acquiredAt;
    if (!block.arena.owner.warnOnLeak) return;
    this.#watched = { block, counter };
    leaks.register(this, this.#watched, this.#watched);
  }

  get bytes(): Uint8Array<Memory> {
    if (this.#state !== HELD) throw this.#over();
    return this.#view;
  }

  release(): void {
    if (this.#state === HELD) this.#end(RELEASED);
    else if (this.#state === RELEASED) this.#releasedTwice();
  }

  keep(): Uint8Array<ArrayBuffer> {
    const { bytes } = this;
    this.#end(RELEASED, this.#block !== null);
    if (this.#block === null) return bytes as Uint8Array<ArrayBuffer>;
    const bytesCopy = Buffer.allocUnsafeSlow(bytes.length);
    bytesCopy.set(bytes);
    this.#counter?.countCopied(bytes.length);
    this.#block.release();
    return bytesCopy;
  }

  /** Releases it for somebody who was given it, or made it: once more from its owner is no mistake. */
  passOn(): void {
    if (this.#state === HELD) this.#end(PASSED_ON);
  }

  /** In terms of `using`. */
  [Symbol.dispose](): void {
    // After a release by hand, this is how the scope ends, and no mistake.
    if (this.#state === HELD) this.#end(RELEASED);
  }

  #end(state: typeof RELEASED | typeof PASSED_ON, keepsClaim = false): void {
    this.#state = state;
    if (isDebug) this.#releasedAt = callSite();
    if (this.#watched !== null) leaks.unregister(this.#watched);
    this.#watched = null;
    if (!keepsClaim) this.#block?.release();
  }

  #releasedTwice(): void {
    this.#counter?.countReleasedTwice?.();
    if (isDebug) warn('LANDFALL_RELEASED_TWICE', `a lease was released twice.${this.#history()}`);
  }

  #over(): LandfallError {
    const what = this.#state === PASSED_ON ? 'passed on' : 'released';
    return new LandfallError('ERR_RELEASED', `a lease is used after it was ${what}${this.#history()}`);
  }

  #history(): string {
    if (!isDebug) return ' (LANDFALL_DEBUG=1 tells where)';
    return `\nacquired:\n${this.#acquiredAt}\nreleased:\n${this.#releasedAt}`;
  }
}

/** Hears of leases that were collected and not released. */
const leaks = new FinalizationRegistry<Watched>(({ block, counter }) => {
  block.arena.leaked(block);
  counter?.countLeaked?.();
  const where = isDebug
    ? ` It was acquired here:\n${block.acquiredAt}`
    : ' LANDFALL_DEBUG=1 tells where it was acquired.';
  warn(
    'LANDFALL_LEAK',
    `a lease of ${block.usedBytes} bytes was collected without having been released: declare it with \`using\`, or call release() when done with it.${where}`,
  );
});
