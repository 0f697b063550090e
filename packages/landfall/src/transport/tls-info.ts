/** What is to be known of TLS on a connection. */
import type { X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { isDeno } from './runtime.js';

/** What `getExtraInfo('tls')` tells of an encrypted connection, at the time it is asked. Nothing of it throws. */
export interface TlsInfo {
  /** `TLSv1.3`, …; undefined once the connection is over. */
  readonly protocol: string | undefined;
  /** The cipher's name in the standard, `TLS_AES_256_GCM_SHA384` for example. */
  readonly cipher: string | undefined;
  /** What both sides agreed on. */
  readonly alpnProtocol: string | undefined;
  /** The name that the client asked for. */
  readonly servername: string | undefined;
  /** Whether the peer showed a certificate and that was verified. */
  readonly authorized: boolean;
  /** Why it was not: OpenSSL's name of what is wrong. Undefined if it was not asked for one, too. */
  readonly authorizationError: string | undefined;
  /** What the peer showed. */
  readonly peerCertificate: X509Certificate | undefined;
  /** Whether an earlier session was resumed, without another exchange of certificates. */
  readonly isSessionReused: boolean;
}

/** Whether the socket is one of `node:tls`. */
export function isEncrypted(socket: Socket): socket is TLSSocket {
  return (socket as Partial<TLSSocket>).encrypted === true;
}

/** What the socket tells of its TLS; undefined if it has none. */
export function tlsInfo(socket: Socket): TlsInfo | undefined {
  return isEncrypted(socket) ? new SocketTlsInfo(socket) : undefined;
}

/** Asks the socket each time: what is costly is made only for those who want it. */
class SocketTlsInfo implements TlsInfo {
  readonly #socket: TLSSocket;

  constructor(socket: TLSSocket) {
    this.#socket = socket;
  }

  get protocol(): string | undefined {
    return ask(() => this.#socket.getProtocol());
  }

  get cipher(): string | undefined {
    return ask(() => this.#socket.getCipher()?.standardName);
  }

  get alpnProtocol(): string | undefined {
    return this.#socket.alpnProtocol || undefined;
  }

  get servername(): string | undefined {
    return this.#socket.servername || undefined;
  }

  get authorized(): boolean {
    // Deno takes a client that was not asked for a certificate for an authorized one.
    return this.#socket.authorized && (!isDeno || this.peerCertificate !== undefined);
  }

  get authorizationError(): string | undefined {
    // A string, whatever the types say.
    const error: unknown = this.#socket.authorizationError;
    return error == null ? undefined : String(error);
  }

  get peerCertificate(): X509Certificate | undefined {
    return ask(() => this.#socket.getPeerX509Certificate());
  }

  get isSessionReused(): boolean {
    return ask(() => this.#socket.isSessionReused()) ?? false;
  }
}

/** After the loss some of Node's answers are null, and some runtimes throw. */
function ask<T>(question: () => T | null | undefined): T | undefined {
  try {
    return question() ?? undefined;
  } catch (_gone) {
    return undefined;
  }
}
