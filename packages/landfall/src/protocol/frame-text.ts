/** Frames as text: made for many at once, where they follow each other in one receive and are ASCII. */
import { receiveScratch } from '../memory/scratch.js';
import { AHEAD_BYTES_MAX, AHEAD_PER_BYTE, asciiText, bufferOf } from '../memory/text.js';

/** The text of a stretch of memory, to be taken apart for as long as the memory stays as it is. */
export class FrameText {
  #memory: Uint8Array | null = null;
  #buffer: Buffer | null = null;
  #start = 0;
  #end = 0;
  /** Null where the stretch is not all ASCII. */
  #text: string | null = null;

  /** The memory changes: to be called before and after each run of frames. */
  forget(): void {
    this.#memory = null;
    this.#buffer = null;
  }

  /** The text of `memory[start, end)`, as UTF-8; `owner` is whom the scratch serves. */
  of(owner: object, memory: Uint8Array, start: number, end: number): string {
    if (memory !== this.#memory || start < this.#start || end > this.#end) this.#make(owner, memory, start, end);
    if (this.#text === null) return this.#buffer!.toString('utf8', start, end);
    return this.#text.slice(start - this.#start, end - this.#start);
  }

  /** The text of `memory[start, end)`, to be taken apart by `of` as well; null if it is not all ASCII. */
  ahead(owner: object, memory: Uint8Array, start: number, end: number): string | null {
    this.#makeOf(owner, memory, start, end);
    return this.#text;
  }

  #make(owner: object, memory: Uint8Array, start: number, end: number): void {
    const aheadBytes = Math.min((end - start) * AHEAD_PER_BYTE, AHEAD_BYTES_MAX);
    this.#makeOf(owner, memory, start, Math.max(end, Math.min(memory.length, start + aheadBytes)));
  }

  #makeOf(owner: object, memory: Uint8Array, start: number, end: number): void {
    const scratch = receiveScratch(owner);
    if (memory !== this.#memory) this.#buffer = memory === scratch.memory ? scratch.buffer : bufferOf(memory);
    this.#memory = memory;
    this.#start = start;
    this.#end = end;
    this.#text = asciiText(this.#buffer!, start, end);
  }
}

/** The thread's: one frame is delivered at a time. */
export const frameText: FrameText = new FrameText();
