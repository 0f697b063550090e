/**
 * The two faces of a connection: what it calls, and what is called on it. asyncio's protocols and transports, with their
 * words, their order and their meaning.
 *
 *     Protocol          connectionMade  dataReceived*                 eofReceived?  connectionLost
 *     BufferedProtocol  connectionMade  (getBuffer bufferUpdated?)*   eofReceived?  connectionLost
 *
 * No callback is called while another one of the same connection runs, except `pauseWriting`, which comes from inside
 * `write`, `replaced` and `tookOver`, which come from inside `setProtocol`, and `startingTls`. A callback that throws or returns a promise ends its connection: `connectionLost` gets the error.
 */
import type { Lease } from '../memory/lease.js';
import type { StartTlsOptions } from './tls.js';

/** The callbacks that both kinds of protocol share. All of them are optional. */
export interface BaseProtocol {
  /** The connection stands. First of all callbacks, once; nothing is received before it returns. */
  connectionMade?(transport: Transport): void;
  /**
   * The peer ended its side; at most once, after everything it sent was delivered, and once more behind bytes that
   * `setProtocol` puts back after it. Over TLS only if it said so: an end
   * without a close_notify may be somebody else's, and is `connectionLost` with `ERR_INCOMPLETE`, where it can be told.
   *
   * @returns Truthy to keep the write side open and close it later yourself; falsy closes the connection once
   *   everything written has left. Over TLS it is closed in any case.
   */
  eofReceived?(): boolean | undefined | void;
  /**
   * The connection is over; the last of all callbacks, exactly once.
   *
   * @param error Null after `close()`, `abort()` or a clean end. Otherwise what broke it: the very error a callback
   *   threw, or a `LandfallError` (`ERR_LOST` with Node's error as `cause`, `ERR_BUFFER`, `ERR_LIMIT`, …).
   */
  connectionLost?(error: Error | null): void;
  /**
   * It is in charge of a connection that stood before: `setProtocol` put it there. In place of `connectionMade`, which is
   * not called again; what `setProtocol` was given as unread comes next.
   */
  tookOver?(transport: Transport): void;
  /** `setProtocol` has put another protocol in charge: nothing else is called any more, and no memory is lent. */
  replaced?(): void;
  /**
   * `startTls` was called: gives back what was received and not used, the start of a line or a frame. It is taken for the
   * start of the handshake; kept, it would be continued by what comes encrypted, and could be anybody's.
   *
   * Called from inside `startTls`, which is rejected with what this throws, and has changed nothing then. A protocol that
   * is in the middle of `dataReceived` or `bufferUpdated` may give the rest back by `setProtocol` as well.
   *
   * @returns It, copied at once; nothing if there is none.
   */
  startingTls?(): Uint8Array | undefined | void;
  /** More than the high water mark waits to be sent: write no more for now. Called from inside `write`. */
  pauseWriting?(): void;
  /** The output has drained to the low water mark. Always after a `pauseWriting`, never twice for one. */
  resumeWriting?(): void;
}

/** Is given what arrives in memory of its own. */
export interface Protocol extends BaseProtocol {
  /** Bytes arrived: at least one, in memory that is the protocol's to keep. */
  dataReceived(data: Uint8Array): void;
}

/** Lends the memory that is received into. */
export interface BufferedProtocol extends BaseProtocol {
  /**
   * Asks for memory to receive into.
   *
   * The view stays lent until the `bufferUpdated` that follows, or until another protocol takes over or the connection
   * is lost. It is asked for ahead of time where the kernel fills it
   * (`receiveMode` is `direct`), right after `connectionMade` and after each `bufferUpdated`, so a view may
   * stay lent while nothing arrives, and may be asked for again before anything arrived: returning the same memory
   * each time is fine. At most 256 KiB of it are filled at once.
   *
   * @param sizeHint Bytes that are waiting, or -1 when that is not known. A smaller or larger view is fine.
   * @returns At least one byte. An empty or detached view, or anything else, loses the connection with `ERR_BUFFER`.
   */
  getBuffer(sizeHint: number): Uint8Array;
  /** The first `nbytes` (at least one) of the memory lent last are now received. */
  bufferUpdated(nbytes: number): void;
}

/** How every call that waits can be cut short. */
export interface WaitOptions {
  /** Rejects with `ERR_ABORTED` when it fires; its reason is the error's `cause`. */
  signal?: AbortSignal | undefined;
  /** Rejects with `ERR_TIMEOUT` after so many milliseconds. Unbounded when left out. */
  timeoutMs?: number | undefined;
}

/** How a view is written. */
export interface WriteOptions {
  /** Take a snapshot, so that the memory may be changed at once. False by default: large views are kept by reference. */
  copy?: boolean | undefined;
}

/** What one connection has done so far. All numbers count from its start. */
export interface TransportStats {
  /** Bytes that arrived. */
  readonly bytesReceived: number;
  /** Received bytes that were moved once more after they arrived; a byte moved twice counts twice. */
  readonly bytesCopied: number;
  /** Receives that brought at least one byte. */
  readonly reads: number;
  /** Bytes handed to the kernel. */
  readonly bytesSent: number;
  /** Writes handed to the socket; a vectored one counts once. */
  readonly writes: number;
  /** Calls of `write` and `writeVectored` that came after `close()`, `abort()` or loss, and were dropped. */
  readonly writesDropped: number;
}

/** One connection, as its protocol sees it. */
export interface Transport {
  /**
   * Sends bytes, in order, without ever waiting.
   *
   * Small views and strings are taken at once. A view of 4 KiB or more is kept by reference: it must not change until
   * `flushed()`, unless `copy` is set or it is a view of memory that landfall lent (which it tracks by itself).
   *
   * @param data A `Uint8Array`, a string sent as UTF-8, or a lease, which is passed on: it is released once sent (or
   *   dropped), and must not be used any more.
   * @returns False while the writer should pause: from more than the high water mark waiting until it has drained to the
   *   low one. Also when the write was dropped, because the connection is closing or over.
   * @throws {TypeError} Anything else was given.
   * @throws {LandfallError} `ERR_CLOSED`: after `writeEof()`. `ERR_RELEASED`: a released lease, or memory of a frame
   *   after `frameReceived` returned, where that can be told. Then no lease was passed on.
   */
  write(data: Uint8Array | string | Lease, options?: WriteOptions): boolean;
  /** Sends several views as if they were one; asyncio's `writelines`. Ownership, result and errors as `write`. */
  writeVectored(parts: readonly (Uint8Array | Lease)[], options?: WriteOptions): boolean;
  /**
   * Ends this side once everything written has left; receiving goes on. Idempotent, nothing after `close()`.
   *
   * @throws {LandfallError} `ERR_UNSUPPORTED`: over TLS, which has no such thing.
   */
  writeEof(): void;
  /** Whether this side can be ended alone: true over TCP and Unix sockets, false over TLS. */
  readonly canWriteEof: boolean;
  /**
   * Stops receiving now, sends what is still waiting, then ends: `connectionLost(null)`.
   *
   * A peer that stops reading can hold this up for as long as it likes; `abort()` does not wait. Over TLS the peer is told
   * of the close, what it still sends is dropped, and its own close awaited, all within `shutdownTimeoutMs`. Idempotent.
   */
  close(): void;
  /** Resolves after `connectionLost` returned, whatever it was called with. Never rejects. */
  readonly closed: Promise<void>;
  /** Ends at once and drops what was not sent: `connectionLost(null)`, on a later turn. Idempotent. */
  abort(): void;
  /** True from `close()`, `abort()` or a fatal error on. */
  readonly isClosing: boolean;
  /** True while something could arrive: not paused, not closing, no end received. */
  readonly isReading: boolean;
  /** Stops delivering, and receiving; nothing arrives and no end is reported until `resumeReading()`. Idempotent. */
  pauseReading(): void;
  /** Delivers and receives again, on a later turn. Idempotent. */
  resumeReading(): void;
  /**
   * Puts another protocol in this one's place, without a `connectionMade`; the two are told by `replaced` and `tookOver`.
   *
   * @param unread Bytes the old protocol got but did not use. They are copied at once and reach the new protocol before
   *   anything else, after the current callback, and not while reading is paused.
   * @throws {TypeError} It is neither kind of protocol, or both.
   */
  setProtocol(protocol: Protocol | BufferedProtocol, unread?: Uint8Array): void;
  /** The protocol in charge. */
  getProtocol(): Protocol | BufferedProtocol;
  /**
   * Sets the water marks of `pauseWriting` and `resumeWriting`, in bytes, and applies them at once.
   *
   * 64 KiB and 16 KiB at first. Only `low` given makes `high` four times as much; only `high`, `low` a quarter of it.
   *
   * @throws {RangeError} Not `high >= low >= 0`.
   */
  setWriteBufferLimits(limits: { high?: number | undefined; low?: number | undefined }): void;
  /** Bytes written that have not left for the kernel yet. */
  readonly writeBufferSize: number;
  /**
   * What the transport knows about the connection; undefined for a name it does not know. Never throws.
   *
   * `localAddress` and `remoteAddress` are `{ address, family, port }` over TCP and undefined over a Unix socket; `socket` is Node's socket, to look at and not to read or write; `tls` is a `TlsInfo` over TLS and undefined otherwise; any other name is a property of that socket.
   * Addresses are gone once the connection is, unless asked for before.
   */
  getExtraInfo(name: 'localAddress' | 'remoteAddress' | 'socket' | 'tls' | (string & {})): unknown;
  /**
   * Encrypts the connection from here on; the protocol stays in charge, and is not told.
   *
   * What was written before leaves in clear, what is written from now on waits for the handshake. What was received and
   * not delivered is taken for the peer's handshake, and never delivered: so is what the protocol gives back: by
   * `startingTls`, as `FramedProtocol` and the streams do, by `unread`, or by `setProtocol(this, rest)` in the same callback. Nothing is delivered before the
   * promise resolves, and what follows it could run; reading that is paused stays so.
   *
   * A server that does this often passes the same object each time, so that its certificates are read once, and gives
   * bytes back by `setProtocol`.
   *
   * @throws {TypeError} Options that do not fit; a client without `servername`. Nothing has changed then.
   * @throws {LandfallError} `ERR_UNSUPPORTED`: it is TLS already. `ERR_BUSY`: it is about to be. `ERR_CLOSED`: it is
   *   closing, or one of its sides has ended; what `startingTls` threw. Otherwise what the connection is lost with: `ERR_TIMEOUT`, `ERR_ABORTED`, or
   *   `ERR_LOST` with Node's error as `cause`.
   */
  startTls(options: StartTlsOptions): Promise<void>;
  /**
   * Resolves once everything written before this call has left our memory, so that views kept by reference may change.
   *
   * @throws {Error} What `connectionLost` got, or `ERR_CLOSED` if that was null: the connection ended first (the memory is
   *   free then, too).
   *   `ERR_ABORTED`, `ERR_TIMEOUT`: the caller waits no longer; the memory may still be in use.
   */
  flushed(options?: WaitOptions): Promise<void>;
  /** Lets the connection keep the process alive; so it does at first. */
  ref(): void;
  /** Lets the process end while the connection is open. */
  unref(): void;
  /** `direct`: the kernel, or TLS when it has decrypted, writes into lent memory. `copy`: the runtime does not allow it, and everything is copied once. */
  readonly receiveMode: 'direct' | 'copy';
  /** Counts of what this connection did; a snapshot. */
  stats(): TransportStats;
  /** Adds to `bytesCopied`: for protocols that move received bytes themselves, so that `stats()` stays true. */
  countCopied(nbytes: number): void;
}
