/** A server, as its owner sees it. */
import type { AddressInfo } from 'node:net';
import type { WaitOptions } from '../protocol/contracts.js';

/** A listening socket and the connections it has accepted. */
export interface Server extends AsyncDisposable {
  /** Where it listens: the address and port, or the path. */
  readonly address: AddressInfo | string;
  /** Connections that are open and have a protocol. */
  readonly connections: number;
  /**
   * Stops accepting, and resolves once the last connection has ended by itself. Idempotent.
   *
   * @throws {LandfallError} `ERR_TIMEOUT`, `ERR_ABORTED`: connections are still open; nothing is accepted any more.
   */
  close(options?: WaitOptions): Promise<void>;
  /**
   * Stops accepting, gives up TLS handshakes, closes every connection, and resolves once they are gone; so does disposing of the server.
   *
   * @param options How long they may go on sending what they have; then, or when the signal fires, they are aborted. 30 s by default.
   */
  closeAll(options?: WaitOptions): Promise<void>;
  /** Lets the server keep the process alive; so it does at first. */
  ref(): void;
  /** Lets the process end while the server listens. */
  unref(): void;
  /**
   * What the server has done so far, also after it was closed.
   *
   * Added up when asked for: it visits every open connection, some tens of nanoseconds each.
   */
  stats(): ServerStats;
}

/** What a server and all of its connections have done so far: those that are over, and those that are open. */
export interface ServerStats {
  /** Connections that are open now and have a protocol. */
  readonly connections: number;
  /** Connections that were accepted since the server listens; over TLS, those whose handshake succeeded. */
  readonly accepted: number;
  /** Connections that were closed because `maxConnections` were open. Deno does not tell. */
  readonly refused: number;
  /** TLS handshakes under way, of a server that was given `tls`. */
  readonly handshakes: number;
  /** TLS handshakes that failed or took too long; not those that `closeAll` gave up. */
  readonly handshakesFailed: number;
  /** Bytes that arrived, over TLS without what encrypts them; so are all bytes here. */
  readonly bytesReceived: number;
  /** Received bytes that were moved once more after they arrived; a byte moved twice counts twice. */
  readonly bytesCopied: number;
  /** Receives that brought at least one byte. */
  readonly reads: number;
  /** Bytes handed to the kernel. */
  readonly bytesSent: number;
  /** Writes handed to the sockets; a vectored one counts once. */
  readonly writes: number;
  /** Writes that came after their connection had begun to close, and were dropped; not those after it was over. */
  readonly writesDropped: number;
}
