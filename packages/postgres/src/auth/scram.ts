/**
 * The client's side of SCRAM-SHA-256 and SCRAM-SHA-256-PLUS (RFC 5802, RFC 7677): text in, text out.
 *
 *     clientFirst()                       n,,n=,r=NONCE
 *     serverFirst(text)                   r=NONCE…,s=SALT,i=ITERATIONS      → what PBKDF2 is to be run with
 *     clientFinal(salted password)        c=BINDING,r=NONCE…,p=PROOF
 *     serverFinal(text)                   v=SIGNATURE
 *
 * PBKDF2 takes long on purpose, so it is the caller's to run, off the event loop. Randomness comes in with the nonce.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { ProtocolError } from '../errors.js';
import { authError } from './auth-error.js';

/** Bytes of a salted password, a key and a signature. */
export const SCRAM_KEY_BYTES = 32;
/**
 * The most iterations that a server may ask for: half a second of a processor's time, where PostgreSQL's default is 4,096.
 * More than that is taken for an attempt to keep this process busy.
 */
export const SCRAM_ITERATIONS_MAX = 1_000_000;

/** What the client says about binding the channel. */
export type ChannelBindingChoice =
  /** It cannot, or shall not. */
  | { readonly kind: 'unsupported' }
  /** It could, and has been told that the server cannot: the server ends it if that was a lie. */
  | { readonly kind: 'unoffered' }
  /** SCRAM-SHA-256-PLUS with these bytes. */
  | { readonly kind: 'bound'; readonly endPoint: Uint8Array };

/** What the salted password is to be made from. */
export interface SaltedPasswordInputs {
  readonly salt: Uint8Array;
  readonly iterations: number;
}

/** One exchange: the four methods in their order, once each. */
export class ScramExchange {
  readonly #gs2Header: string;
  readonly #binding: ChannelBindingChoice;
  readonly #nonce: string;
  readonly #clientFirstBare: string;
  #serverFirst = '';
  #combinedNonce = '';
  #serverSignature: Uint8Array = new Uint8Array(0);

  /**
   * @param nonce New for each exchange; printable ASCII without a comma.
   * @param user Empty with PostgreSQL, which takes the name from the startup message.
   */
  constructor(binding: ChannelBindingChoice, nonce: string, user = '') {
    this.#binding = binding;
    this.#gs2Header = gs2Header(binding);
    this.#nonce = nonce;
    this.#clientFirstBare = `n=${user},r=${nonce}`;
  }

  /** The initial response. */
  clientFirst(): string {
    return this.#gs2Header + this.#clientFirstBare;
  }

  /**
   * Reads the server's first message.
   *
   * @throws {ProtocolError} It is not one, or its nonce is not made of this side's.
   * @throws {ConnectionError} `ERR_AUTH`: too many iterations, or the server gave up.
   */
  serverFirst(text: string): SaltedPasswordInputs {
    const match = /^r=([\x21-\x2b\x2d-\x7e]+),s=([^,]*),i=([^,]*)$/.exec(text);
    if (match === null) throw refusedOr(text, 'the first SCRAM message is malformed');
    const [, nonce = '', salt = '', iterations = ''] = match;
    if (!nonce.startsWith(this.#nonce) || nonce.length === this.#nonce.length)
      throw new ProtocolError('the nonce of the first SCRAM message does not extend the one it was sent');
    this.#serverFirst = text;
    this.#combinedNonce = nonce;
    return { salt: saltOf(salt), iterations: iterationsOf(iterations) };
  }

  /** The proof of knowing the password. */
  clientFinal(saltedPassword: Uint8Array): string {
    const withoutProof = `c=${this.#channelBinding().toString('base64')},r=${this.#combinedNonce}`;
    const authMessage = `${this.#clientFirstBare},${this.#serverFirst},${withoutProof}`;
    this.#serverSignature = hmac(hmac(saltedPassword, 'Server Key'), authMessage);

    const clientKey = hmac(saltedPassword, 'Client Key');
    const signature = hmac(createHash('sha256').update(clientKey).digest(), authMessage);
    const proof = clientKey.map((byte, i) => byte ^ signature[i]!);
    return `${withoutProof},p=${Buffer.from(proof).toString('base64')}`;
  }

  /**
   * Checks that the server knows the password, too.
   *
   * @throws {ProtocolError} The message is malformed.
   * @throws {ConnectionError} `ERR_AUTH`: the server does not know it, or says what it does not like.
   */
  serverFinal(text: string): void {
    const match = /^v=([^,]*)$/.exec(text);
    const signature = match === null ? null : base64Bytes(match[1]!);
    if (signature?.length !== SCRAM_KEY_BYTES) throw refusedOr(text, 'the last SCRAM message is malformed');
    if (!timingSafeEqual(signature, this.#serverSignature))
      throw authError('the server does not know the password: it is not the one it claims to be');
  }

  /** The GS2 header once more, and what the channel is bound to. */
  #channelBinding(): Buffer {
    const header = Buffer.from(this.#gs2Header);
    return this.#binding.kind === 'bound' ? Buffer.concat([header, this.#binding.endPoint]) : header;
  }
}

function gs2Header(binding: ChannelBindingChoice): string {
  if (binding.kind === 'bound') return 'p=tls-server-end-point,,';
  return binding.kind === 'unoffered' ? 'y,,' : 'n,,';
}

function saltOf(text: string): Uint8Array {
  const salt = base64Bytes(text);
  if (salt === null || salt.length === 0) throw new ProtocolError('the salt of the first SCRAM message is malformed');
  return salt;
}

function iterationsOf(text: string): number {
  if (!/^[1-9]\d*$/.test(text))
    throw new ProtocolError('the iterations of the first SCRAM message are no number above 0');
  const iterations = Number(text);
  if (iterations > SCRAM_ITERATIONS_MAX)
    throw authError(`the server asks for more than ${SCRAM_ITERATIONS_MAX} SCRAM iterations`);
  return iterations;
}

/** Strictly: Node's own decoder passes over what is no base64. */
function base64Bytes(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : null;
}

function hmac(key: Uint8Array, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

/** A server may answer with `e=` and a reason in place of its message. */
function refusedOr(text: string, otherwise: string): Error {
  const match = /^e=([\x21-\x2b\x2d-\x7e]{1,100})(,|$)/.exec(text);
  return match === null ? new ProtocolError(otherwise) : authError(`the server ended SCRAM: ${match[1]}`);
}
