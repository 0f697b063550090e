/**
 * Authentication, from the server's first request to its Ok, without I/O: a request goes in, a step comes out.
 *
 *     state         request in               step out              then
 *     start         Ok                       done                  done
 *     start         cleartext, MD5, SASL     needsPassword         password
 *     password      (password)               send                  answered, or scramFirst
 *     scramFirst    SASLContinue             needsSaltedPassword   salting
 *     salting       (saltedPassword)         send                  scramFinal
 *     scramFinal    SASLFinal                wait                  answered
 *     answered      Ok                       done                  done
 *
 * Everything else is a `ProtocolError`: a second request, an Ok before the server has proved to know the password.
 */
import { PostgresClientError, ProtocolError } from '../errors.js';
import { authError } from './auth-error.js';
import { isMd5Salt, md5Response } from './md5.js';
import { passwordBytes } from './password-bytes.js';
import { type Channel, chooseMechanism, mechanismsIn, type SaslChoice } from './sasl-request.js';
import { ScramExchange } from './scram.js';

/** What authentication is about, and what of it is allowed. */
export interface AuthenticationOptions extends Channel {
  readonly user: string;
  /** The methods that the server may use, in libpq's words; undefined for any. */
  readonly requireAuth: readonly string[] | undefined;
  /** For SCRAM: new for each connection, at least 18 random bytes in base64. */
  readonly nonce: string;
}

/** What is to be done now. */
export type AuthenticationStep =
  /** Send a message of type `p` with this body. */
  | { readonly kind: 'send'; readonly body: Uint8Array }
  /** Call `password` with the password, wherever it comes from. */
  | { readonly kind: 'needsPassword' }
  /** Call `saltedPassword` with what PBKDF2 makes of these, by HMAC-SHA-256 and 32 bytes long. */
  | {
      readonly kind: 'needsSaltedPassword';
      readonly password: Uint8Array;
      readonly salt: Uint8Array;
      readonly iterations: number;
    }
  /** Wait for the next request. */
  | { readonly kind: 'wait' }
  /** The server has let us in. */
  | { readonly kind: 'done' };

type State =
  | { readonly name: 'start' }
  | { readonly name: 'password'; readonly answer: (password: string) => Uint8Array; readonly next: State }
  | { readonly name: 'scramFirst' | 'salting' | 'scramFinal'; readonly exchange: ScramExchange }
  | { readonly name: 'answered' }
  | { readonly name: 'done' };

const OK = 0;
const CLEARTEXT = 3;
const MD5 = 5;
const SASL = 10;
const SASL_CONTINUE = 11;
const SASL_FINAL = 12;
/** What is not spoken here, by name. */
const UNSPOKEN: ReadonlyMap<number, string> = new Map([
  [2, 'Kerberos V5'],
  [6, 'SCM credentials'],
  [7, 'GSSAPI'],
  [8, 'GSSAPI'],
  [9, 'SSPI'],
]);

const NOTHING = new Uint8Array(0);
const WAIT: AuthenticationStep = { kind: 'wait' };
const DONE: AuthenticationStep = { kind: 'done' };

/** One connection's authentication. After an error it is over, and so is the connection. */
export class Authentication {
  readonly #options: AuthenticationOptions;
  #state: State = { name: 'start' };
  /** SCRAM's, between its first answer and its second. */
  #password: Uint8Array = NOTHING;

  constructor(options: AuthenticationOptions) {
    this.#options = options;
  }

  /**
   * Takes an Authentication message.
   *
   * @param code Its first four bytes: what is asked for.
   * @param body The bytes behind the code, borrowed.
   * @throws {ProtocolError} The request is malformed, unknown, or not one that can come now.
   * @throws {ConnectionError} `ERR_AUTH`: it is not spoken here, not allowed by `requireAuth` or `channelBinding`, or the
   *   server does not know the password.
   */
  request(code: number, body: Uint8Array): AuthenticationStep {
    switch (code) {
      case OK:
        return this.#ok(body);
      case CLEARTEXT:
        return this.#cleartext(body);
      case MD5:
        return this.#md5(body);
      case SASL:
        return this.#sasl(body);
      case SASL_CONTINUE:
        return this.#saslContinue(body);
      case SASL_FINAL:
        return this.#saslFinal(body);
      default:
        throw unspoken(code);
    }
  }

  /**
   * Goes on after `needsPassword`.
   *
   * @param password Undefined or empty if there is none.
   * @throws {ConnectionError} `ERR_AUTH`: there is none.
   * @throws {PostgresClientError} `ERR_CONFIG`: it is no string, or has a zero in it.
   */
  password(password: string | undefined): AuthenticationStep {
    const state = this.#state;
    if (state.name !== 'password') throw new Error('the password was not asked for');
    const body = state.answer(checkedPassword(password));
    this.#state = state.next;
    return { kind: 'send', body };
  }

  /** Goes on after `needsSaltedPassword`. */
  saltedPassword(saltedPassword: Uint8Array): AuthenticationStep {
    const state = this.#state;
    if (state.name !== 'salting') throw new Error('the salted password was not asked for');
    const body = Buffer.from(state.exchange.clientFinal(saltedPassword));
    this.#password = NOTHING;
    this.#state = { ...state, name: 'scramFinal' };
    return { kind: 'send', body };
  }

  #ok(body: Uint8Array): AuthenticationStep {
    const { name } = this.#state;
    if (name !== 'start' && name !== 'answered') throw unexpected('AuthenticationOk');
    if (body.length !== 0) throw malformed('AuthenticationOk');
    if (name === 'start') this.#allow('none');
    this.#state = { name: 'done' };
    return DONE;
  }

  #cleartext(body: Uint8Array): AuthenticationStep {
    this.#begin('AuthenticationCleartextPassword', 'password');
    if (body.length !== 0) throw malformed('AuthenticationCleartextPassword');
    return this.#askPassword(cstring, { name: 'answered' });
  }

  #md5(body: Uint8Array): AuthenticationStep {
    this.#begin('AuthenticationMD5Password', 'md5');
    if (!isMd5Salt(body)) throw malformed('AuthenticationMD5Password');
    const salt = new Uint8Array(body); // a copy, which slice() of a Buffer is not
    const { user } = this.#options;
    return this.#askPassword((password) => cstring(md5Response(user, password, salt)), { name: 'answered' });
  }

  #sasl(body: Uint8Array): AuthenticationStep {
    this.#begin('AuthenticationSASL', 'scram-sha-256');
    const choice = chooseMechanism(mechanismsIn(body), this.#options);
    const exchange = new ScramExchange(choice.binding, this.#options.nonce);
    const answer = (password: string): Uint8Array => {
      this.#password = passwordBytes(password);
      return saslInitialResponse(choice, exchange.clientFirst());
    };
    return this.#askPassword(answer, { name: 'scramFirst', exchange });
  }

  #saslContinue(body: Uint8Array): AuthenticationStep {
    const state = this.#state;
    if (state.name !== 'scramFirst') throw unexpected('AuthenticationSASLContinue');
    const inputs = state.exchange.serverFirst(latin1(body));
    this.#state = { ...state, name: 'salting' };
    return { kind: 'needsSaltedPassword', password: this.#password, ...inputs };
  }

  #saslFinal(body: Uint8Array): AuthenticationStep {
    const state = this.#state;
    if (state.name !== 'scramFinal') throw unexpected('AuthenticationSASLFinal');
    state.exchange.serverFinal(latin1(body));
    this.#state = { name: 'answered' };
    return WAIT;
  }

  /** A request that begins a method: only as the first one, and only if the method is allowed. */
  #begin(request: string, method: string): void {
    if (this.#state.name !== 'start') throw unexpected(request);
    this.#allow(method);
  }

  #allow(method: string): void {
    const { requireAuth, channelBinding } = this.#options;
    const what = method === 'none' ? 'lets everybody in' : `asks for ${method}`;
    if (requireAuth !== undefined && !requireAuth.includes(method))
      throw authError(`the server ${what}, which requireAuth does not allow`);
    if (channelBinding === 'require' && method !== 'scram-sha-256')
      throw authError(`channelBinding is require, and the server ${what}, which binds no channel`);
  }

  #askPassword(answer: (password: string) => Uint8Array, next: State): AuthenticationStep {
    this.#state = { name: 'password', answer, next };
    return { kind: 'needsPassword' };
  }
}

function checkedPassword(password: string | undefined): string {
  if (password === undefined || password === '') throw authError('the server asks for a password, and there is none');
  if (typeof password !== 'string') throw new PostgresClientError('ERR_CONFIG', 'a password must be a string');
  if (password.includes('\0')) throw new PostgresClientError('ERR_CONFIG', 'a password cannot have a zero in it');
  return password;
}

function saslInitialResponse({ mechanism }: SaslChoice, clientFirst: string): Uint8Array {
  const length = Buffer.alloc(4);
  length.writeInt32BE(Buffer.byteLength(clientFirst));
  return Buffer.concat([cstring(mechanism), length, Buffer.from(clientFirst)]);
}

function cstring(text: string): Uint8Array {
  return Buffer.from(`${text}\0`);
}

/** SCRAM's messages are ASCII; anything else is a character that no part of them can have. */
function latin1(body: Uint8Array): string {
  return Buffer.from(body).toString('latin1');
}

function unspoken(code: number): Error {
  const method = UNSPOKEN.get(code);
  return method === undefined
    ? new ProtocolError(`authentication request ${code} is not known`)
    : authError(`the server asks for ${method}, which is not supported`);
}

function unexpected(request: string): ProtocolError {
  return new ProtocolError(`${request} came out of turn`);
}

function malformed(request: string): ProtocolError {
  return new ProtocolError(`${request} is malformed`);
}
