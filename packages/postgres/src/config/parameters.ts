/** The parameters of a connection under libpq's names, as text: the one form that URL, environment and options are brought to. */
import { configError } from './config-error.js';

/** Each parameter, and the environment's name for it. */
const ENVIRONMENT = {
  host: 'PGHOST',
  hostaddr: 'PGHOSTADDR',
  port: 'PGPORT',
  user: 'PGUSER',
  dbname: 'PGDATABASE',
  password: 'PGPASSWORD',
  passfile: 'PGPASSFILE',
  service: 'PGSERVICE',
  sslmode: 'PGSSLMODE',
  sslnegotiation: 'PGSSLNEGOTIATION',
  sslrootcert: 'PGSSLROOTCERT',
  sslcert: 'PGSSLCERT',
  sslkey: 'PGSSLKEY',
  sslpassword: null,
  connect_timeout: 'PGCONNECT_TIMEOUT',
  application_name: 'PGAPPNAME',
  options: 'PGOPTIONS',
  channel_binding: 'PGCHANNELBINDING',
  require_auth: 'PGREQUIREAUTH',
  target_session_attrs: 'PGTARGETSESSIONATTRS',
} as const;

/** libpq's name of a parameter. */
export type ParameterName = keyof typeof ENVIRONMENT;

/** What was said; an absent parameter, or an empty one, was not. */
export type Parameters = { [Name in ParameterName]?: string };

/** Whether a URL may use this name. */
export function isParameterName(name: string): name is ParameterName {
  return Object.hasOwn(ENVIRONMENT, name);
}

/** What the environment says. */
export function environmentParameters(env: Readonly<Record<string, string | undefined>>): Parameters {
  const parameters: Parameters = {};
  for (const [name, variable] of Object.entries(ENVIRONMENT)) {
    const value = variable === null ? undefined : env[variable];
    if (value !== undefined) parameters[name as ParameterName] = value;
  }
  return parameters;
}

/**
 * Lets each source say what the ones before it did not.
 *
 * @throws {PostgresClientError} `ERR_CONFIG`: something that is not supported was asked for, or a value has a zero in it.
 */
export function mergedParameters(sources: readonly Parameters[]): Parameters {
  const merged: Parameters = {};
  for (const source of sources) {
    for (const [name, value] of Object.entries(source) as [ParameterName, string][]) {
      if (value.includes('\0')) throw configError(`${name} cannot have a zero in it`);
      if (value !== '') merged[name] ??= value;
    }
  }
  refuseUnsupported(merged);
  return merged;
}

function refuseUnsupported({ service, hostaddr, target_session_attrs: attributes = 'any' }: Parameters): void {
  if (service !== undefined) throw configError('service files (service, PGSERVICE) are not supported');
  if (hostaddr !== undefined) throw configError('hostaddr (PGHOSTADDR) is not supported: host takes addresses, too');
  if (attributes !== 'any')
    throw configError('target_session_attrs (PGTARGETSESSIONATTRS) is not supported, except "any"');
}
