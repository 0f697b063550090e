/** What the two rows of handshakes do: a server that waits, and a client that connects again and again. */
import type { SecureContext } from 'node:tls';
import type { TlsIdentity } from '../contenders/tls-identity.js';

/** A server to connect to. */
export interface HandshakeTarget {
  port: number;
  /** Whom to trust, made once: making it takes longer than a handshake. */
  secureContext: SecureContext;
}

/** One way of doing it, on 127.0.0.1. */
export interface Handshaker {
  /** Takes connections, and closes each when the client does. Resolves to the port. */
  serve(identity: TlsIdentity): Promise<number>;
  /** Connects, waits for the session that the server hands out, and closes. */
  takeSession(target: HandshakeTarget): Promise<Uint8Array>;
  /** Connects and closes. Resolves, when the connection is closed, to whether the session was resumed. */
  shake(target: HandshakeTarget, session: Uint8Array | undefined): Promise<boolean>;
}
