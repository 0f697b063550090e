/**
 * What a byte stream has received and nobody has read: the protocol under it.
 *
 *     nobody waits                  the thread's scratch; or its landing strip of 16 bytes, if the last read was into
 *                                   memory of the reader's
 *     a reader's memory waits       that memory itself
 *     more comes than was lent      a block, by which what comes next stays where it lands
 *
 * Where the next bytes go is settled right after each receive, before a reader's promise goes on: so the first bytes of
 * a burst land in the scratch or on the strip, and are moved.
 */
import { LandfallError } from '../errors.js';
import { type Block, blockOf } from '../memory/arena.js';
import { ByteQueue } from '../memory/byte-queue.js';
import { receiveScratch } from '../memory/scratch.js';
import type { BufferedProtocol, Transport } from '../protocol/contracts.js';
import type { InboxOwner } from './stream-life.js';

/** A reader's memory with less room than this is not lent: a receive costs more than moving so little. */
const LENT_BYTES_MIN = 4 * 1024;
/** From this size on, reads into memory are worth a landing strip. */
const STRIP_TARGET_BYTES_MIN = 64 * 1024;
/** While nobody reads, so much is kept before reading stops. */
const UNREAD_BYTES_MAX = 64 * 1024;
/** Index of the scratch's window of 64 KiB. */
const WINDOW = 2;

const SCRATCH = 0;
const BLOCK = 1;
const TARGET = 2;

/** What is unread on one connection, and where more lands. */
export class ByteInbox implements BufferedProtocol {
  readonly queue: ByteQueue = new ByteQueue();
  transport: Transport | null = null;
  /** The peer has ended. */
  isEnded = false;
  /** The landing strip was filled, and what is behind that arrives on this turn, if there is anything. */
  expectsMore = false;
  /** What a reader gives back to `startTls`. */
  readBefore: Uint8Array | null = null;
  /** Bytes of the reader's memory that are filled. */
  filledBytes = 0;
  readonly #owner: InboxOwner;
  #target: Uint8Array | null = null;
  #targetBytes = 0;
  /** What the target lies in, claimed for as long as the kernel may write there. */
  #targetBlock: Block | undefined;
  #lent: Uint8Array | null = null;
  #lentIs: typeof SCRATCH | typeof BLOCK | typeof TARGET = SCRATCH;
  #sizeHint = -1;
  #wasFull = false;
  #onStrip = false;
  #countedBytes = 0;

  constructor(owner: InboxOwner) {
    this.#owner = owner;
  }

  connectionMade(transport: Transport): void {
    this.transport = transport;
    this.#owner.connectionMade(transport);
  }

  /** Put in charge of a connection that stood before. */
  tookOver(transport: Transport): void {
    this.transport = transport;
  }

  getBuffer(sizeHint: number): Uint8Array {
    this.#takeBackLent();
    this.#checkTarget();
    this.#sizeHint = sizeHint;
    this.#lent = this.#roomFor(sizeHint);
    return this.#lent;
  }

  bufferUpdated(nbytes: number): void {
    const lent = this.#lent!;
    const was = this.#lentIs;
    this.#wasFull = nbytes === lent.length && was !== TARGET;
    this.#lent = null;
    this.#checkTarget();
    if (was === TARGET) this.filledBytes += nbytes;
    else if (was === BLOCK) this.#landedInBlock(nbytes);
    else this.#landedInScratch(lent, nbytes);
    if (this.#onStrip) this.#lookAhead(lent, nbytes);
    const wasAwaited = this.#owner.arrived();
    this.queue.keepBorrowed();
    this.countCopied();
    const limitBytes = this.#onStrip ? lent.length : UNREAD_BYTES_MAX;
    if (!wasAwaited && this.queue.length >= limitBytes) this.transport!.pauseReading();
  }

  eofReceived(): boolean {
    this.isEnded = true;
    this.expectsMore = false;
    this.#owner.arrived();
    return true;
  }

  connectionLost(error: Error | null): void {
    this.#takeBackLent();
    this.expectsMore = false;
    this.queue.detach();
    this.#owner.connectionLost(error);
  }

  /** Somebody else has the connection: nothing is received into what was lent any more. */
  replaced(): void {
    this.#takeBackLent();
    this.#owner.replaced();
  }

  pauseWriting(): void {
    this.#owner.pausedChanged(true);
  }

  resumeWriting(): void {
    this.#owner.pausedChanged(false);
  }

  /** What arrives from here on lands in `target`, after what is unread. Until `letGo`. Its first `filledBytes` are left alone. */
  landIn(target: Uint8Array, filledBytes = 0): void {
    this.filledBytes = filledBytes + this.queue.takeInto(filledBytes === 0 ? target : target.subarray(filledBytes));
    this.countCopied();
    this.#target = target;
    this.#targetBytes = target.length;
    if (target.length - this.filledBytes < STRIP_TARGET_BYTES_MIN || this.#onStrip || this.#isEncrypted) return;
    this.#onStrip = true;
    // Else what is lent now would catch the start of it.
    this.#registerAgain();
  }

  /** TLS brings a record's rest whatever is asked of it: sixteen bytes a time would be a callback for each. */
  get #isEncrypted(): boolean {
    return this.transport?.getExtraInfo('tls') !== undefined;
  }

  /** The target is the reader's again: nothing is received into it any more. */
  letGo(): void {
    const isLent = this.#lentIs === TARGET && this.#lent !== null;
    this.#target = null;
    if (isLent) this.#registerAgain();
    this.#targetBlock?.release();
    this.#targetBlock = undefined;
  }

  /** Nothing that came in clear is to be read as if it had been encrypted. */
  startingTls(): Uint8Array | undefined {
    this.#owner.checkIdle('startTls()');
    this.leaveStrip();
    const { queue, readBefore } = this;
    const unreadCopy = queue.takeCopy(queue.length);
    return readBefore === null ? unreadCopy : Buffer.concat([readBefore, unreadCopy]);
  }

  /** What is read next is not into memory of the reader's. */
  leaveStrip(): void {
    this.#onStrip = false;
  }

  /** Tells the transport what the queue moved since. */
  countCopied(): void {
    const { bytesCopied } = this.queue;
    if (bytesCopied > this.#countedBytes) this.transport!.countCopied(bytesCopied - this.#countedBytes);
    this.#countedBytes = bytesCopied;
  }

  /** Forgets everything. */
  clear(): void {
    this.queue.clear();
  }

  /** What is unread can still be read, in another way. */
  lostUnfinished(): void {}

  /** @throws {LandfallError} `ERR_BUFFER`: the reader has given its memory away. */
  #checkTarget(): void {
    // Not `length`: see `checkLent` of the callbacks.
    if (this.#target !== null && this.#target.byteLength !== this.#targetBytes)
      throw new LandfallError('ERR_BUFFER', 'memory that was given to readInto was detached before the read was over');
  }

  #roomFor(sizeHint: number): Uint8Array {
    const target = this.#target;
    const { strip, windows } = receiveScratch(this);
    // Instead of the strip, memory that is larger is lent whatever its size: else it would be filled strip by strip.
    const lentBytesMin = this.#onStrip ? strip.length + 1 : LENT_BYTES_MIN;
    if (target !== null && target.length - this.filledBytes >= lentBytesMin && this.queue.length === 0)
      return this.#lendTarget(target);
    this.#lentIs = SCRATCH;
    if (sizeHint > 0) return windows[WINDOW]!;
    if (this.#onStrip) return strip;
    if (!this.#wasFull) return windows[WINDOW]!;
    this.#lentIs = BLOCK;
    return this.queue.lend();
  }

  #lendTarget(target: Uint8Array): Uint8Array {
    if (this.#targetBlock === undefined) {
      this.#targetBlock = blockOf(target);
      this.#targetBlock?.claim();
    }
    this.#lentIs = TARGET;
    return target.subarray(this.filledBytes);
  }

  /** After a full strip the rest of the same wake-up lands where it should: a reader who takes what there is waits for it. */
  #lookAhead(lent: Uint8Array, nbytes: number): void {
    const { strip } = receiveScratch(this);
    const wasExpecting = this.expectsMore;
    this.expectsMore = nbytes === strip.length && (lent.length === nbytes || this.#sizeHint === nbytes);
    if (this.expectsMore && !wasExpecting) setImmediate(() => this.#turnIsOver());
  }

  #turnIsOver(): void {
    if (!this.expectsMore) return;
    this.expectsMore = false;
    this.#owner.arrived();
  }

  /** The block was lent before a reader's memory began to wait, perhaps. */
  #landedInBlock(nbytes: number): void {
    this.queue.landed(nbytes);
    if (this.#target !== null) this.filledBytes += this.queue.takeInto(this.#target.subarray(this.filledBytes));
  }

  #landedInScratch(lent: Uint8Array, nbytes: number): void {
    const target = this.#target;
    let from = 0;
    if (target !== null && this.queue.length === 0) {
      from = Math.min(nbytes, target.length - this.filledBytes);
      target.set(lent.subarray(0, from), this.filledBytes);
      this.filledBytes += from;
      this.transport!.countCopied(from);
    }
    if (from === nbytes) return;
    const { buffer, memory } = receiveScratch(this);
    const at = lent.byteOffset - memory.byteOffset;
    this.queue.borrow(buffer, at + from, at + nbytes);
  }

  #takeBackLent(): void {
    if (this.#lent !== null && this.#lentIs === BLOCK) this.queue.takeBack();
    this.#lent = null;
  }

  /** Takes what is lent out of the kernel's hands. */
  #registerAgain(): void {
    const { transport } = this;
    if (this.#lent === null || transport === null || transport.receiveMode === 'copy') return;
    this.#takeBackLent();
    if (!transport.isClosing) transport.setProtocol(this);
  }
}
