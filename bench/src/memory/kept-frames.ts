/** The frames that a program still works with while the next ones arrive. */

/** So many frames are kept by every row. */
export const KEPT_FRAMES = 64;

/** Keeps the last frames. */
export class KeptFrames<T> {
  readonly #frames: (T | undefined)[] = Array.from({ length: KEPT_FRAMES });
  #next = 0;

  /** Keeps one more. @returns The one that was kept longest, once there are enough. */
  keep(frame: T): T | undefined {
    const oldest = this.#frames[this.#next];
    this.#frames[this.#next] = frame;
    this.#next = (this.#next + 1) % KEPT_FRAMES;
    return oldest;
  }

  /** Those that are still kept; they are not kept any more. */
  takeAll(): T[] {
    return this.#frames.splice(0).filter((frame) => frame !== undefined);
  }
}
