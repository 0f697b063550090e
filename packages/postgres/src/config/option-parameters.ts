/** Options that libpq has a parameter for, brought to its form. */
import { configError } from './config-error.js';
import type { PostgresOptions } from './options.js';
import type { ParameterName, Parameters } from './parameters.js';

/** libpq's name of each option that is a string; null for those that are read otherwise. */
const NAMES = {
  host: 'host',
  port: 'port',
  user: 'user',
  database: 'dbname',
  password: null,
  passfile: 'passfile',
  sslmode: 'sslmode',
  sslnegotiation: 'sslnegotiation',
  sslrootcert: 'sslrootcert',
  sslcert: 'sslcert',
  sslkey: 'sslkey',
  sslpassword: 'sslpassword',
  tls: null,
  channelBinding: 'channel_binding',
  requireAuth: 'require_auth',
  connectTimeoutMs: null,
  queryTimeoutMs: null,
  cancelTimeoutMs: null,
  statementCacheSize: null,
  maxMessageBytes: null,
  applicationName: 'application_name',
  options: null,
  keepAlive: null,
  types: null,
} as const satisfies Readonly<Record<keyof PostgresOptions, ParameterName | null>>;

/**
 * What the options say that libpq has a parameter for.
 *
 * @throws {PostgresClientError} `ERR_CONFIG`: an option that does not exist, such as `sslMode`, or one of the wrong type.
 */
export function optionParameters(options: PostgresOptions): Parameters {
  const parameters: Parameters = {};
  for (const [option, value] of Object.entries(options)) {
    if (!Object.hasOwn(NAMES, option)) throw configError(`there is no option ${JSON.stringify(option)}`);
    const name = NAMES[option as keyof typeof NAMES];
    if (name !== null && value !== undefined) parameters[name] = text(option, value);
  }
  const { password, options: settings } = options;
  if (typeof password === 'string') parameters.password = password;
  if (typeof settings === 'string') parameters.options = settings;
  return parameters;
}

/** A list with commas, if it is one of those. */
function text(option: string, value: unknown): string {
  if (typeof value === 'string') return value;
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (option === 'port' && items.every((item) => typeof item === 'number')) return items.join(',');
  const isList = option === 'host' || option === 'requireAuth';
  if (isList && Array.isArray(value) && items.every((item) => typeof item === 'string')) return items.join(',');
  throw configError(`the option ${option} is of the wrong type`);
}
