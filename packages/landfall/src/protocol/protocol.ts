/**
 * What a connection calls: asyncio's `Protocol` and `BufferedProtocol`, with their words and their order.
 *
 *     Protocol          connectionMade  dataReceived*                 eofReceived?  connectionLost
 *     BufferedProtocol  connectionMade  (getBuffer bufferUpdated?)*   eofReceived?  connectionLost
 *
 * No callback is called while another one of the same connection runs, except `pauseWriting`, which comes from inside
 * `write`. A callback that throws or returns a promise ends its connection: `connectionLost` gets the error.
 */
import type { Transport } from './transport.js';

/** The callbacks that both kinds of protocol share. All of them are optional. */
export interface BaseProtocol {
  /** The connection stands. First of all callbacks, once; nothing is received before it returns. */
  connectionMade?(transport: Transport): void;
  /**
   * The peer ended its side; at most once, after everything it sent was delivered.
   *
   * @returns Truthy to keep the write side open and close it later yourself; falsy closes the connection once
   *   everything written has left.
   */
  eofReceived?(): boolean | undefined | void;
  /**
   * The connection is over; the last of all callbacks, exactly once.
   *
   * @param error Null after `close()`, `abort()` or a clean end. Otherwise what broke it: the very error a callback
   *   threw, or a `LandfallError` (`ERR_LOST` with Node's error as `cause`, `ERR_BUFFER`, `ERR_LIMIT`, …).
   */
  connectionLost?(error: Error | null): void;
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
   * is lost. It is asked for ahead of time, right after `connectionMade` and after each `bufferUpdated`, so a view may
   * stay lent while nothing arrives, and may be asked for again before anything arrived: returning the same memory
   * each time is fine. At most 64 KiB of it are filled at once.
   *
   * @param sizeHint Bytes that are waiting, or -1 when that is not known. A smaller or larger view is fine.
   * @returns At least one byte. An empty or detached view, or anything else, loses the connection with `ERR_BUFFER`.
   */
  getBuffer(sizeHint: number): Uint8Array;
  /** The first `nbytes` (at least one) of the memory lent last are now received. */
  bufferUpdated(nbytes: number): void;
}
