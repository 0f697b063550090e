/**
 * Options that Node looks at only when a connection stands already: too late to say that a call was wrong.
 *
 * Those of servers, and certificates, keys and the like, it looks at before.
 */
import { types } from 'node:util';
import type { TlsOptions } from '../protocol/tls.js';

const KINDS = [
  ['servername', 'string'],
  ['checkServerIdentity', 'function'],
  ['onSession', 'function'],
  ['pskCallback', 'function'],
  ['enableTrace', 'boolean'],
] as const;
/** A protocol's name is sent with its length in one byte. */
const ALPN_BYTES_MAX = 255;

/**
 * Checks what has no check of its own.
 *
 * @throws {TypeError} An option is of the wrong type.
 * @throws {RangeError} A number or a name is out of range.
 */
export function checkKinds(call: string, options: TlsOptions): void {
  for (const [name, kind] of KINDS) {
    const value = options[name];
    if (value !== undefined && typeof value !== kind)
      throw new TypeError(`${call} takes a ${kind} as TLS option '${name}'`);
  }
  const { session, minDHSize, ALPNProtocols } = options;
  if (session !== undefined && !types.isUint8Array(session))
    throw new TypeError(`${call} takes a Uint8Array as TLS option 'session'`);
  if (minDHSize !== undefined && !(minDHSize > 0))
    throw new RangeError(`${call} takes a number above 0 as TLS option 'minDHSize'`);
  if (ALPNProtocols !== undefined) checkNames(call, ALPNProtocols);
}

function checkNames(call: string, names: readonly string[]): void {
  if (!Array.isArray(names) || !names.every((name) => typeof name === 'string'))
    throw new TypeError(`${call} takes an array of strings as TLS option 'ALPNProtocols'`);
  for (const name of names) {
    const bytes = Buffer.byteLength(name);
    if (bytes === 0 || bytes > ALPN_BYTES_MAX)
      throw new RangeError(`${call} takes protocols of 1 to ${ALPN_BYTES_MAX} bytes as TLS option 'ALPNProtocols'`);
  }
}
