/**
 * Received bytes that wait for their protocol: given back by one that was replaced or paused, or arrived while paused.
 *
 * Handed out in pieces. A protocol that pauses after each frame gives most of a piece back each time, so pieces shrink
 * while that goes on, and grow again: the cost stays in proportion to the bytes, however often it pauses.
 */
const PIECE_BYTES_MIN = 512;
const PIECE_BYTES_MAX = 64 * 1024;

/** A queue of bytes of one connection. */
export class Unread {
  readonly #chunks: Uint8Array[] = [];
  #pieceBytes = PIECE_BYTES_MAX;
  /** Chunks at the head that the callback under way has put back. */
  #putBackCount = 0;

  get isEmpty(): boolean {
    return this.#chunks.length === 0;
  }

  /** Adds what arrived after all the others; the memory is this queue's from now on. */
  append(chunk: Uint8Array): void {
    if (chunk.length > 0) this.#chunks.push(chunk);
  }

  /**
   * Puts back what comes before all the others, but after what was put back in the same callback before it; the memory is
   * this queue's from now on.
   */
  putBack(chunk: Uint8Array): void {
    if (chunk.length > 0) this.#chunks.splice(this.#putBackCount++, 0, chunk);
    // A quarter, as taking the next piece doubles it again.
    this.#pieceBytes = Math.max(PIECE_BYTES_MIN, this.#pieceBytes >> 2);
  }

  /** The callback in which something was put back has returned. */
  callbackReturned(): void {
    this.#putBackCount = 0;
  }

  /** Everything that waits, in order; nothing is left. */
  takeAll(): Uint8Array[] {
    return this.#chunks.splice(0);
  }

  /** How many bytes the next piece has at the most. */
  get pieceBytes(): number {
    return Math.min(this.#pieceBytes, this.#chunks[0]?.length ?? 0);
  }

  /** Takes a piece of at most `bytesMax`, at least one byte. Only while not empty. */
  takePiece(bytesMax: number): Uint8Array {
    const chunk = this.#chunks[0]!;
    const bytes = Math.min(this.pieceBytes, bytesMax);
    this.#pieceBytes = Math.min(PIECE_BYTES_MAX, this.#pieceBytes * 2);
    if (bytes === chunk.length) this.#chunks.shift();
    else this.#chunks[0] = chunk.subarray(bytes);
    return chunk.subarray(0, bytes);
  }
}
