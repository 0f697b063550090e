/** How TLS is asked for. */

/** PEM text, or DER or PEM bytes; several of them where a chain or a choice makes sense. */
export type TlsMaterial = string | Uint8Array | readonly (string | Uint8Array)[];

/**
 * How a connection is encrypted: the options of Node's `tls`, under their own names and with their own meaning, and two
 * deadlines of landfall's.
 *
 * The peer is verified unless `rejectUnauthorized` is false: a client checks the server's certificate and name, a server
 * with `requestCert` its clients' certificates.
 */
export interface TlsOptions {
  /** Authorities to trust, instead of the well-known ones. */
  ca?: TlsMaterial | undefined;
  /** This side's certificate chain. A server needs one; a client that is asked for one, too. */
  cert?: TlsMaterial | undefined;
  /** The private key that belongs to `cert`. */
  key?: TlsMaterial | undefined;
  /** Certificate and key in one PKCS #12 file. */
  pfx?: TlsMaterial | undefined;
  /** Opens `key` or `pfx`. */
  passphrase?: string | undefined;
  /** Certificates that were revoked. */
  crl?: TlsMaterial | undefined;
  /** Clients only: what `tls.createSecureContext` made, in place of the options above; spares parsing them each time. */
  secureContext?: object | undefined;
  /**
   * Clients only: the name that is asked for (SNI) and that the certificate must be for. The host connected to unless
   * given; an IP address is checked and not asked for.
   */
  servername?: string | undefined;
  /** Clients only: looks at the server's certificate in place of the check of its name; an error refuses it. */
  checkServerIdentity?: ((hostname: string, certificate: never) => Error | undefined) | undefined;
  /**
   * Clients only: a session of an earlier connection to the same server to resume, which spares the exchange of certificates.
   * The name is not checked again: the session of a connection that was not verified, or of another name, lets that server in.
   */
  session?: Uint8Array | undefined;
  /**
   * Clients only: told of every session that the server hands out for later connections, each to be used once. None may
   * come, and in TLS 1.3 they come after the handshake. What it throws becomes a process warning.
   */
  onSession?: ((session: Uint8Array) => void) | undefined;
  /** Clients only: the smallest size of a Diffie-Hellman key, in bits. */
  minDHSize?: number | undefined;
  /** Protocols to choose from, the preferred first. */
  ALPNProtocols?: readonly string[] | undefined;
  /** Servers only: chooses the protocol, in place of `ALPNProtocols`. */
  ALPNCallback?: ((asked: { servername: string; protocols: string[] }) => string | undefined) | undefined;
  /** Servers only: chooses the certificate by the name that a client asks for; answers with what `tls.createSecureContext` made. */
  SNICallback?:
    | ((servername: string, answer: (error: Error | null, secureContext?: object) => void) => void)
    | undefined;
  /** Servers only: asks clients for a certificate. */
  requestCert?: boolean | undefined;
  /** False takes peers that cannot be verified, too; `getExtraInfo('tls').authorized` tells them apart then. True unless set. */
  rejectUnauthorized?: boolean | undefined;
  /** Servers only: the keys that session tickets are encrypted with, 48 bytes. */
  ticketKeys?: Uint8Array | undefined;
  /** Servers only: how long a session can be resumed, in seconds. */
  sessionTimeout?: number | undefined;
  /** Servers only: sessions are resumed by servers with the same one. */
  sessionIdContext?: string | undefined;
  /** The oldest version that is spoken. */
  minVersion?: 'TLSv1.3' | 'TLSv1.2' | 'TLSv1.1' | 'TLSv1' | undefined;
  /** The newest version that is spoken. */
  maxVersion?: 'TLSv1.3' | 'TLSv1.2' | 'TLSv1.1' | 'TLSv1' | undefined;
  /** Ciphers to choose from, in OpenSSL's words. */
  ciphers?: string | undefined;
  /** Whether this side's order of ciphers counts; servers' does unless set. */
  honorCipherOrder?: boolean | undefined;
  /** Curves for the key exchange. */
  ecdhCurve?: string | undefined;
  /** Diffie-Hellman parameters, or `'auto'`. */
  dhparam?: string | Uint8Array | undefined;
  /** Signature algorithms, in OpenSSL's words. */
  sigalgs?: string | undefined;
  /** OpenSSL's option bits. */
  secureOptions?: number | undefined;
  /** Keys that both sides have beforehand, instead of certificates; as Node's. */
  pskCallback?: ((...args: never[]) => unknown) | undefined;
  /** Servers only: helps clients choose such a key. */
  pskIdentityHint?: string | undefined;
  /** Writes what TLS does to the standard error. */
  enableTrace?: boolean | undefined;
  /** How long a handshake may take; 60 s unless set. */
  handshakeTimeoutMs?: number | undefined;
  /**
   * How long `close()` may take to send what waits and to hear the peer's close in return; 30 s unless set. Then the
   * connection is aborted: with `ERR_TIMEOUT` if not everything was sent.
   */
  shutdownTimeoutMs?: number | undefined;
}

/** How a connection that stands is encrypted from now on. */
export interface StartTlsOptions extends TlsOptions {
  /** True on the side that answers, which has the certificate; false unless set. */
  isServer?: boolean | undefined;
  /**
   * Bytes that the protocol was given, did not use, and that are TLS already: the start of the peer's handshake that came
   * together with its request. Copied at once.
   */
  unread?: Uint8Array | undefined;
  /** Rejects with `ERR_ABORTED` when it fires, and the connection is lost with that: half a handshake leaves nothing to go on with. */
  signal?: AbortSignal | undefined;
  /** As `handshakeTimeoutMs`; the shorter one counts. */
  timeoutMs?: number | undefined;
}
