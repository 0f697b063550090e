/** What the startup message tells the server. */
import { configError } from './config-error.js';
import type { PostgresOptions } from './options.js';
import type { Parameters } from './parameters.js';

/** Settings that are said otherwise, or that the driver relies on. */
const TAKEN = new Set([
  'user',
  'database',
  'password',
  'replication',
  'options',
  'application_name',
  'client_encoding',
]);

/**
 * Its parameters, by name.
 *
 * @throws {PostgresClientError} `ERR_CONFIG`: a setting that is not the caller's to make, or that is no name and value.
 */
export function startupParameters(
  user: string,
  database: string,
  { options, application_name }: Parameters,
  settings: PostgresOptions['options'],
): Readonly<Record<string, string>> {
  return Object.freeze({
    user,
    database,
    client_encoding: 'UTF8',
    ...(application_name === undefined ? {} : { application_name }),
    ...(options === undefined ? {} : { options }),
    ...(typeof settings === 'object' ? Object.fromEntries(Object.entries(settings).map(setting)) : {}),
  });
}

function setting([name, value]: readonly [string, unknown]): readonly [string, string] {
  // `_pq_.` begins the names of extensions of the protocol.
  if (TAKEN.has(name.toLowerCase()) || name.startsWith('_pq_.'))
    throw configError(`the setting ${JSON.stringify(name)} is not for options`);
  if (name === '' || name.includes('\0'))
    throw configError('a setting in options must have a name, without a zero in it');
  if (!['string', 'number', 'boolean'].includes(typeof value) || String(value).includes('\0'))
    throw configError(`the setting ${JSON.stringify(name)} must be a string without a zero, a number or a boolean`);
  return [name, String(value)];
}
