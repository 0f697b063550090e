/**
 * The sending half of a transport: what was written, on its way to the socket.
 *
 * Writes gather in the outbox. They are flushed at the end of the callback they were made in, or before the event loop
 * goes on, in one vectored write; while that one is under way the next gather. Made on the first write only: a
 * connection that just listens does not carry it.
 */
import type { Socket } from 'node:net';
import { LandfallError } from '../errors.js';
import { Outbox } from '../memory/outbox.js';
import { DEFAULT_WATER_MARKS, type WaterMarks } from '../protocol/water-marks.js';

/** What the sending half tells the transport it belongs to. */
export interface SendingOwner {
  /** The output grew above the high water mark, or shrank to the low one again. */
  pauseWritingChanged(paused: boolean): void;
  /** A batch has left: there may be more to send, or nothing left to wait for. */
  settleSending(): void;
  /** What was written cannot be sent. */
  fail(error: Error): void;
}

/** Somebody waits in `flushed()`. */
interface FlushWaiter {
  /** Resolves when so many bytes, counted from the connection's start, have left. */
  readonly acceptedBytes: number;
  readonly settle: (error: Error | null) => void;
}

/** Pending output, its flow control, and who waits for it. */
export class Sending {
  bytesSent = 0;
  writes = 0;
  /** Whether this side is to end once everything has left. */
  endsAfterwards = false;
  #socket: Socket;
  readonly #owner: SendingOwner;
  #outbox = new Outbox();
  /** What was written since `holdBack`. */
  #heldBack: Outbox | null = null;
  #marks: WaterMarks = DEFAULT_WATER_MARKS;
  #isWriting = false;
  #isPaused = false;
  #ended = false;
  #acceptedBytes = 0;
  #leftBytes = 0;
  /** Oldest first. */
  readonly #waiters = new Set<FlushWaiter>();
  /** Why nothing more will leave. */
  #over: Error | null = null;
  /** The one closure per connection that writes. */
  readonly #written = (error?: Error | null): void => this.#batchWritten(error);

  constructor(socket: Socket, owner: SendingOwner) {
    this.#socket = socket;
    this.#owner = owner;
  }

  /** Bytes that wait or are under way. */
  get size(): number {
    return this.#outbox.size + (this.#heldBack?.size ?? 0);
  }

  /** Whether more than the high water mark waits, or did and has not shrunk to the low one. */
  get isPaused(): boolean {
    return this.#isPaused;
  }

  append(data: Uint8Array, copy: boolean): void {
    (this.#heldBack ?? this.#outbox).append(data, copy);
    this.#acceptedBytes += data.length;
  }

  set marks(marks: WaterMarks) {
    this.#marks = marks;
  }

  /** Tells the owner when the output has grown above the high water mark. */
  pauseIfHigh(): void {
    if (!this.#isPaused) this.checkMarks();
  }

  /** Tells the owner when the output has crossed a water mark. */
  checkMarks(): void {
    const { size } = this;
    if (this.#isPaused ? size > this.#marks.low : size <= this.#marks.high) return;
    this.#isPaused = !this.#isPaused;
    this.#owner.pauseWritingChanged(this.#isPaused);
  }

  /** Hands the next batch to the socket, unless one is under way. */
  flush(): void {
    if (this.#isWriting || this.#ended) return;
    if (this.#outbox.size > 0) return this.#writeBatch();
    if (!this.endsAfterwards) return;
    this.#ended = true;
    this.#socket.end();
  }

  /** What is written from now on waits for `goOnWith`. */
  holdBack(): void {
    this.#heldBack = new Outbox();
  }

  /** Whether everything that was written before `holdBack` has left. */
  get isReadyToGoOn(): boolean {
    return this.#outbox.size === 0;
  }

  /** What was held back, and all that follows, goes to `socket`. */
  goOnWith(socket: Socket): void {
    this.#socket = socket;
    this.#outbox = this.#heldBack!;
    this.#heldBack = null;
  }

  /**
   * Settles once everything accepted so far has left; with null, or with what ended the connection first.
   *
   * @returns How to wait no longer.
   */
  whenFlushed(settle: (error: Error | null) => void): () => void {
    if (this.#leftBytes === this.#acceptedBytes || this.#over !== null) {
      settle(this.#leftBytes === this.#acceptedBytes ? null : this.#over);
      return () => {};
    }
    const waiter: FlushWaiter = { acceptedBytes: this.#acceptedBytes, settle };
    this.#waiters.add(waiter);
    return () => this.#waiters.delete(waiter);
  }

  /** The socket is closed, because of `error` or of this side: nothing of ours is in the kernel's hands any more. */
  lost(error: Error | null): void {
    this.#outbox.clear();
    this.#heldBack?.clear();
    this.#over = error ?? new LandfallError('ERR_CLOSED', 'the connection was closed before everything was sent');
    for (const waiter of this.#waiters) waiter.settle(this.#over);
    this.#waiters.clear();
  }

  #writeBatch(): void {
    const batch = this.#takeBatch();
    if (batch === null || batch.length === 0) return;
    this.#isWriting = true;
    this.writes++;
    const socket = this.#socket;
    const last = batch.length - 1;
    if (last > 0) socket.cork();
    for (let i = 0; i < last; i++) socket.write(batch[i]!);
    socket.write(batch[last]!, this.#written);
    if (last > 0) socket.uncork();
  }

  #takeBatch(): Uint8Array[] | null {
    try {
      return this.#outbox.takeBatch();
    } catch (error) {
      this.#owner.fail(error as Error);
      return null;
    }
  }

  /** Called on a later turn, never from inside `#writeBatch`. */
  #batchWritten(error?: Error | null): void {
    // The socket tells of the error itself, and closes; until then the kernel may hold the memory.
    if (error) return;
    this.#isWriting = false;
    const bytes = this.#outbox.batchDone();
    this.bytesSent += bytes;
    this.#leftBytes += bytes;
    this.#settleWaiters();
    this.#owner.settleSending();
  }

  #settleWaiters(): void {
    for (const waiter of this.#waiters) {
      if (waiter.acceptedBytes > this.#leftBytes) return;
      this.#waiters.delete(waiter);
      waiter.settle(null);
    }
  }
}
