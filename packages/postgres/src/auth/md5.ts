import { createHash } from 'node:crypto';
import { authError } from './auth-error.js';

const SALT_BYTES = 4;

/**
 * The answer to AuthenticationMD5Password: `md5` and 32 hexadecimal digits.
 *
 * @param salt The four bytes of the request.
 * @throws {ConnectionError} `ERR_AUTH`: this build of Node has no MD5, as under FIPS.
 */
export function md5Response(user: string, password: string, salt: Uint8Array): string {
  const stored = md5Hex(Buffer.from(password + user));
  return `md5${md5Hex(Buffer.from(stored), salt)}`;
}

/** True if these can be the salt of a request. */
export function isMd5Salt(salt: Uint8Array): boolean {
  return salt.length === SALT_BYTES;
}

function md5Hex(...parts: readonly Uint8Array[]): string {
  try {
    const hash = createHash('md5');
    for (const part of parts) hash.update(part);
    return hash.digest('hex');
  } catch (cause) {
    throw authError('the server asks for an MD5 password, and MD5 is not available here', { cause });
  }
}
