/** Certificates and keys, looked at before Node does, whose words for them help little. */
import type { TlsOptions } from '../protocol/tls.js';

const PEM_OPTIONS = ['cert', 'key', 'ca', 'crl'] as const;
/** A server without any of these has nothing to show. */
const CREDENTIALS = ['cert', 'pfx', 'SNICallback', 'pskCallback'] as const;

/**
 * What is text must be PEM: Node takes the name of a file in `ca` for a list of no authorities, and says nothing.
 *
 * @throws {TypeError} It is not.
 */
export function checkMaterial(call: string, options: TlsOptions): void {
  for (const name of PEM_OPTIONS) {
    const material = options[name];
    // Without the text itself: it may be a key.
    if (
      material !== undefined &&
      [material].flat().some((item) => typeof item === 'string' && !item.includes('-----BEGIN '))
    )
      throw new TypeError(`${call} takes what is in a PEM file as TLS option '${name}', not its name`);
  }
}

/**
 * A server has to have something to show, and a key to what it shows.
 *
 * @throws {TypeError} It has not.
 */
export function checkCredentials(call: string, options: TlsOptions): void {
  const shown = CREDENTIALS.filter((name) => options[name] !== undefined);
  if (shown.length === 0 || (shown.length === 1 && shown[0] === 'cert' && options.key === undefined))
    throw new TypeError(`${call} needs a certificate and its key: cert and key`);
}
