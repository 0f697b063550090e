/**
 * Messages to the server, written one after the other into memory that grows.
 *
 *     memory  | messages that are whole | type | length | body so far |   free   |
 *                                       ^ #messageStart               ^ length   ^ memory.length
 *
 * The type byte and its length are written first, the length's value once the body is known.
 */

const FIRST_BYTES = 4 * 1024;
/** What is kept for the next messages when a large one made the memory grow. */
const KEPT_BYTES_MAX = 256 * 1024;
/** A string takes at most so many bytes of UTF-8 for each of its UTF-16 units. */
const UTF8_BYTES_MAX = 3;
/** Up to this many units, a loop is faster than a call into native code. */
const LOOP_UNITS_MAX = 32;

const utf8 = new TextEncoder();

/** Bytes to send. Integers are big-endian, as everything in PostgreSQL's protocol is. */
export class MessageWriter {
  /** What was written so far is its start, `length` bytes; it is another memory after each growth. */
  memory: Uint8Array = new Uint8Array(FIRST_BYTES);
  /** Of the same memory. */
  view: DataView = new DataView(this.memory.buffer);
  /** Bytes written. */
  length = 0;
  #messageStart = 0;

  /** Begins a message of this type; its length is filled in by `endMessage`. */
  startMessage(type: number): void {
    this.reserve(5);
    this.#messageStart = this.length + 1;
    this.memory[this.length] = type;
    this.length += 5;
  }

  /** Begins one of the messages that have no type: startup, requests for TLS or for a cancellation. */
  startUntyped(): void {
    this.reserve(4);
    this.#messageStart = this.length;
    this.length += 4;
  }

  /** Ends the message that was begun last. */
  endMessage(): void {
    this.view.setInt32(this.#messageStart, this.length - this.#messageStart);
  }

  /** Drops the message that was begun last, for when its body cannot be written. */
  dropMessage(start: number): void {
    this.length = start;
  }

  /** Makes room for `bytes` more, so that they can be put into `memory` by hand; `length` is then the caller's to advance. */
  reserve(bytes: number): void {
    if (this.memory.length - this.length < bytes) this.#grow(bytes);
  }

  uint8(value: number): void {
    this.reserve(1);
    this.memory[this.length++] = value;
  }

  int16(value: number): void {
    this.reserve(2);
    this.view.setInt16(this.length, value);
    this.length += 2;
  }

  int32(value: number): void {
    this.reserve(4);
    this.view.setInt32(this.length, value);
    this.length += 4;
  }

  int64(value: bigint): void {
    this.reserve(8);
    this.view.setBigInt64(this.length, value);
    this.length += 8;
  }

  float32(value: number): void {
    this.reserve(4);
    this.view.setFloat32(this.length, value);
    this.length += 4;
  }

  float64(value: number): void {
    this.reserve(8);
    this.view.setFloat64(this.length, value);
    this.length += 8;
  }

  bytes(value: Uint8Array): void {
    this.reserve(value.length);
    this.memory.set(value, this.length);
    this.length += value.length;
  }

  /** UTF-8, without an end; lone surrogates become U+FFFD. */
  text(value: string): void {
    const units = value.length;
    this.reserve(units * UTF8_BYTES_MAX);
    if (units > LOOP_UNITS_MAX || !this.#ascii(value)) {
      this.length += utf8.encodeInto(value, this.memory.subarray(this.length)).written;
    }
  }

  /** UTF-8, and a zero. The caller has made sure that there is none in `value`. */
  cstring(value: string): void {
    this.text(value);
    this.uint8(0);
  }

  /** A length of four bytes is to come before what is written next; returns where, for `endSized`. */
  startSized(): number {
    this.reserve(4);
    this.length += 4;
    return this.length;
  }

  /** Fills in the length that `startSized` left room for. */
  endSized(start: number): void {
    this.view.setInt32(start - 4, this.length - start);
  }

  /** Everything written so far, borrowed until the next write. */
  writtenView(): Uint8Array {
    return this.memory.subarray(0, this.length);
  }

  /** Begins anew, after what was written has been copied or sent. */
  clear(): void {
    this.length = 0;
    if (this.memory.length > KEPT_BYTES_MAX) this.#replace(new Uint8Array(FIRST_BYTES));
  }

  /** Writes a short string of ASCII unit by unit; false, and nothing written, if there is anything else in it. */
  #ascii(value: string): boolean {
    const { memory, length } = this;
    for (let i = 0; i < value.length; i++) {
      const unit = value.charCodeAt(i);
      if (unit > 0x7f) return false;
      memory[length + i] = unit;
    }
    this.length = length + value.length;
    return true;
  }

  #grow(bytes: number): void {
    const memory = new Uint8Array(Math.max(this.memory.length * 2, this.length + bytes));
    memory.set(this.writtenView());
    this.#replace(memory);
  }

  #replace(memory: Uint8Array): void {
    this.memory = memory;
    this.view = new DataView(memory.buffer);
  }
}
