/** libpq's `require_auth`: the ways of authentication that a server may ask for. */
import { configError } from './config-error.js';

/** Ways of authentication in libpq's words; `none` is that the server asks for nothing. */
const AUTH_METHODS = ['none', 'password', 'md5', 'gss', 'sspi', 'scram-sha-256', 'oauth'] as const;

/** One of the ways of authentication in libpq's words. */
export type AuthMethod = (typeof AUTH_METHODS)[number];

/**
 * Reads a list such as `scram-sha-256,none` or `!password,!md5`.
 *
 * @returns What is allowed; undefined for an empty list, which allows everything.
 * @throws {PostgresClientError} `ERR_CONFIG`: an unknown or repeated method, or some with a `!` and some without.
 */
export function parseRequireAuth(list: string): readonly AuthMethod[] | undefined {
  if (list === '') return undefined;
  const items = list.split(',').map((item) => item.trim());
  const negated = items[0]!.startsWith('!');
  const methods = new Set<AuthMethod>();
  for (const item of items) {
    if (item.startsWith('!') !== negated) throw configError('requireAuth mixes methods with and without "!"');
    const method = AUTH_METHODS.find((known) => known === item.slice(negated ? 1 : 0));
    if (method === undefined)
      throw configError(`requireAuth has an unknown method: it knows ${AUTH_METHODS.join(', ')}`);
    if (methods.has(method)) throw configError(`requireAuth names ${method} twice`);
    methods.add(method);
  }
  return AUTH_METHODS.filter((method) => methods.has(method) !== negated);
}
