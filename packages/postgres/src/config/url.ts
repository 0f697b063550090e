/**
 * Connection URLs, read as libpq reads them, which is not how WHATWG's are.
 *
 *     postgresql://user:password@host:port,[host]:port/dbname?parameter=value&…
 *
 * Every part can be absent. What stands for itself in a part is written `%XX`; a `+` is a plus.
 * A URL that is cut in the wrong place can have a piece of its password anywhere, so errors quote nothing of it but the
 * names of parameters, and these only where no `@` is left to doubt.
 */
import { configError } from './config-error.js';
import { isParameterName, type Parameters } from './parameters.js';

const SCHEME = /^postgres(?:ql)?:\/\//;
/** Up to the first `@` ahead of any slash; the user ends at the first colon. */
const CREDENTIALS = /^([^:@/]*)(?::([^@/]*))?@/;
/** One host, in brackets or not, and a port. What ends it is left. */
const HOST = /^(?:\[([^\]]*)\]|(?!\[)([^:/?,]*))(?::([^/?,]*))?/;

/**
 * What a URL says.
 *
 * @throws {PostgresClientError} `ERR_CONFIG`: it is none of PostgreSQL's, malformed, or has an unknown parameter.
 */
export function parseUrl(url: string): Parameters {
  const scheme = SCHEME.exec(url);
  if (scheme === null) throw configError('a connection URL begins with postgres:// or postgresql://');
  const parameters: Parameters = {};
  const rest = takeHosts(takeCredentials(url.slice(scheme[0].length), parameters), parameters);

  const question = rest.indexOf('?');
  const path = question === -1 ? rest : rest.slice(0, question);
  if (path.length > 1) parameters.dbname = decoded('database', path.slice(1));
  if (question !== -1) takeQuery(rest.slice(question + 1), parameters);
  return parameters;
}

function takeCredentials(rest: string, parameters: Parameters): string {
  const match = CREDENTIALS.exec(rest);
  if (match === null) return rest;
  parameters.user = decoded('user', match[1]!);
  parameters.password = decoded('password', match[2] ?? '');
  return rest.slice(match[0].length);
}

/** Takes hosts with commas between them; returns what begins with the path or the query, or nothing. */
function takeHosts(rest: string, parameters: Parameters): string {
  const hosts: string[] = [];
  const ports: string[] = [];
  let left = rest;
  do {
    if (hosts.length > 0) left = left.slice(1);
    const match = HOST.exec(left);
    if (match === null) throw configError('an IPv6 address in the connection URL has no "]" behind it');
    const [whole, bracketed, plain, port = ''] = match;
    if (bracketed === '') throw configError('an IPv6 address in the connection URL is empty');
    hosts.push(decoded('host', bracketed ?? plain!));
    ports.push(decoded('port', port));
    left = left.slice(whole.length);
  } while (left.startsWith(','));

  if (left !== '' && !/^[/?]/.test(left)) throw configError('a host in the connection URL is malformed');
  parameters.host = hosts.join(',');
  // As many as there are hosts, even if they are all empty: then they are 5432, whatever the environment says.
  parameters.port = ports.join(',');
  return left;
}

function takeQuery(query: string, parameters: Parameters): void {
  if (query === '') return;
  for (const pair of query.replace(/&$/, '').split('&')) {
    const [name, value, ...more] = pair.split('=');
    if (value === undefined || more.length > 0)
      throw configError('a parameter of the connection URL is not written as name=value');
    takeParameter(decoded('parameter', name!), value, query, parameters);
  }
}

function takeParameter(name: string, value: string, query: string, parameters: Parameters): void {
  // How JDBC says it, which libpq understands as well.
  if (name === 'ssl' && value === 'true') {
    parameters.sslmode = 'require';
    return;
  }
  if (!isParameterName(name)) throw unknownParameter(name, query);
  parameters[name] = decoded(name, value);
}

function unknownParameter(name: string, query: string): Error {
  const shown = query.includes('@') ? 'a parameter' : `the parameter ${JSON.stringify(name.slice(0, 60))}`;
  return configError(`${shown} of the connection URL is unknown or not supported`);
}

/** Only `%XX`: the text is UTF-8 once it is decoded. */
function decoded(what: string, text: string): string {
  if (!text.includes('%')) return text;
  try {
    const plain = decodeURIComponent(text);
    if (!plain.includes('\0')) return plain;
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    throw configError(`${what} in the connection URL has a "%" that is not the start of %XX, or is not UTF-8`);
  }
  throw configError(`${what} in the connection URL has %00 in it`);
}
