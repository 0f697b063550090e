/**
 * Everything that receives, frames, grows and shrinks: the transport fills this memory, messages are read where they lie.
 *
 *     memory  | read already |  whole messages  | start of the next |      free: lent to the transport      |
 *                            ^ #start                               ^ #end                                  ^ memory.length
 *
 * What is left of a message moves to the front when the room behind it gets short, and the memory grows as the bytes of a
 * larger message arrive, never by what its header says alone. A value that has memory of its own (`land`) is received
 * there, one that nobody wants (`skip`) is overwritten.
 */
import { PostgresClientError, ProtocolError } from '../errors.js';
import { keepFreedMemory } from './freed-memory.js';
import type { MessageReceiver } from './message-receiver.js';
import { DATA_ROW, HEADER_BYTES } from './message-types.js';
import { makeYoungGarbage } from './young-garbage.js';

/** What a connection has while nothing happens. */
const FIRST_BYTES = 16 * 1024;
/** The rows of one result are decoded together up to this size: they live shorter then, and the collector copies fewer. */
const GATHERED_BYTES_MAX = 256 * 1024;
/** Less room than that is not worth a receive. */
const ROOM_BYTES_MIN = 8 * 1024;
/** Room for what comes before a value. */
const NARROW_BYTES = 512;

/** The received bytes of one connection. */
export class ReceiveBuffer {
  /** The largest message that is taken, in bytes; larger ones are refused with `ERR_LIMIT` before anything grows. Not for rows that are taken in parts. */
  limitBytes: number;
  readonly #receiver: MessageReceiver;
  #memory = new Uint8Array(FIRST_BYTES);
  #view = new DataView(this.#memory.buffer);
  #start = 0;
  #end = 0;
  /** The size of the message at `#start`, once that is known. */
  #messageBytes = 0;
  #windowBytes = Number.POSITIVE_INFINITY;
  /** How much of what waits from `#start` on is known to be rows. */
  #rowsBytes = 0;
  #landing: Uint8Array | null = null;
  #skipBytes = 0;

  constructor(receiver: MessageReceiver, limitBytes: number) {
    this.#receiver = receiver;
    this.limitBytes = limitBytes;
  }

  /** Memory to receive into; at least one byte. The same until `updated` is called. */
  free(): Uint8Array {
    if (this.#landing !== null) return this.#landing;
    if (this.#start === this.#end) this.#empty();
    else if (this.#memory.length - this.#end < this.#roomWanted()) this.#makeRoom();
    return this.#end === 0 && this.#windowBytes > this.#memory.length
      ? this.#memory
      : this.#memory.subarray(this.#end, this.#end + this.#windowBytes);
  }

  /** A value that will land is on its way: little is received at once until its place is known, since that has to be copied. */
  narrow(isNarrow: boolean): void {
    this.#windowBytes = isNarrow ? NARROW_BYTES : Number.POSITIVE_INFINITY;
  }

  /** The first `nbytes` of `free()` are received: reads what is whole. @throws {ProtocolError} The server is not to be understood. */
  updated(nbytes: number): void {
    if (this.#landing !== null) {
      this.#landing = nbytes === this.#landing.length ? null : this.#landing.subarray(nbytes);
      return;
    }
    this.#end += nbytes;
    if (this.#skipBytes > 0) {
      const skipped = Math.min(this.#skipBytes, nbytes);
      this.#skipBytes -= skipped;
      this.#start += skipped;
    }
    this.#read();
  }

  /** For a `RowReader`: the bytes behind the received ones belong into `target`, all of it. */
  land(target: Uint8Array): void {
    this.#landing = target;
  }

  /** What still belongs into the target of `land` is dropped. Whoever owns the transport asks it for memory anew then. */
  landElsewhere(): void {
    if (this.#landing !== null) this.skip(this.#landing.length);
    this.#landing = null;
  }

  /** For a `RowReader`: the `nbytes` behind the received ones are to be dropped. */
  skip(nbytes: number): void {
    this.#skipBytes = nbytes;
  }

  /** Reads messages until one is not whole. */
  #read(): void {
    const [receiver, memory, view, end] = [this.#receiver, this.#memory, this.#view, this.#end];
    let p = this.#start;
    let isGathered = false;
    let isGiven = false;
    this.#messageBytes = 0;
    while (end - p >= HEADER_BYTES) {
      const type = memory[p]!;
      if (type === DATA_ROW && receiver.rows !== null) {
        if (!isGathered && receiver.mayGather && !this.#isGathered(p)) break;
        isGathered = true;
        this.#rowsBytes = 0;
        const { rows } = receiver;
        if (end - p > this.limitBytes && !rows.takesParts) this.#checkRows(p);
        const next = rows.read(memory, view, p, end);
        isGiven ||= rows.keepsMemory;
        if (next > p) {
          p = next;
          continue;
        }
      }
      const messageBytes = 1 + view.getInt32(p + 1);
      if (messageBytes < HEADER_BYTES) throw new ProtocolError(`a message of ${messageBytes - 1} bytes`);
      const takesParts = type === DATA_ROW && receiver.rows?.takesParts;
      if (messageBytes > this.limitBytes && !takesParts) throw tooLarge(messageBytes, this.limitBytes);
      if (messageBytes > end - p) {
        this.#messageBytes = messageBytes;
        break;
      }
      receiver.message(type, memory, view, p + HEADER_BYTES, p + messageBytes);
      p += messageBytes;
    }
    this.#start = p;
    if (!isGiven) return;
    makeYoungGarbage(memory.length);
    // As much again is likely to be wanted.
    this.#moveTo(Math.max(FIRST_BYTES, Math.min(memory.length, end + ROOM_BYTES_MIN)));
    keepFreedMemory();
  }

  /** Whether the rows from `p` on need not wait for more: something else has come behind them, or they are as much as may be. */
  #isGathered(p: number): boolean {
    const [memory, end] = [this.#memory, this.#end];
    if (end - p >= GATHERED_BYTES_MAX || this.#skipBytes > 0) return true;
    let at = p + this.#rowsBytes;
    while (end - at >= HEADER_BYTES && memory[at] === DATA_ROW) {
      const bytes = this.#view.getInt32(at + 1);
      if (bytes < HEADER_BYTES - 1 || bytes >= this.limitBytes) return true;
      at += 1 + bytes;
    }
    this.#rowsBytes = at - p;
    return at < end && memory[at] !== DATA_ROW;
  }

  /** Whoever reads the rows from `p` on does not look whether one of them is over the limit. */
  #checkRows(p: number): void {
    for (let at = p; this.#end - at >= HEADER_BYTES && this.#memory[at] === DATA_ROW; ) {
      const messageBytes = 1 + this.#view.getInt32(at + 1);
      if (messageBytes > this.limitBytes) throw tooLarge(messageBytes, this.limitBytes);
      if (messageBytes < HEADER_BYTES) return;
      at += messageBytes;
    }
  }

  #roomWanted(): number {
    return Math.max(ROOM_BYTES_MIN, Math.min(this.#messageBytes - (this.#end - this.#start), this.#memory.length));
  }

  /** Everything is read: the front is free again, and what a large message or result needed is given back. */
  #empty(): void {
    this.#start = 0;
    this.#end = 0;
    if (this.#memory.length > GATHERED_BYTES_MAX + ROOM_BYTES_MIN) this.#moveTo(FIRST_BYTES);
  }

  /** Moves what is not read to the front, into memory twice as large if it fills more than half. */
  #makeRoom(): void {
    const unreadBytes = this.#end - this.#start;
    if (unreadBytes > this.#memory.length / 2) {
      const bytesMax = Math.max(this.#messageBytes, GATHERED_BYTES_MAX) + ROOM_BYTES_MIN;
      return this.#moveTo(Math.min(this.#memory.length * 2, bytesMax));
    }
    this.#memory.copyWithin(0, this.#start, this.#end);
    this.#start = 0;
    this.#end = unreadBytes;
  }

  /** Moves what is not read to the front of other memory. */
  #moveTo(bytes: number): void {
    const memory = new Uint8Array(Buffer.allocUnsafeSlow(bytes).buffer);
    memory.set(this.#memory.subarray(this.#start, this.#end));
    this.#memory = memory;
    this.#view = new DataView(memory.buffer);
    this.#end -= this.#start;
    this.#start = 0;
  }
}

function tooLarge(messageBytes: number, limitBytes: number): PostgresClientError {
  return new PostgresClientError('ERR_LIMIT', `a message of ${messageBytes} bytes is over the limit of ${limitBytes}`);
}
