/** Making one connection. */
import { type ConnectionConfig, resolveConfig } from '../config/connection-config.js';
import type { PostgresOptions } from '../config/options.js';
import { DescriptionCache } from '../session/description-cache.js';
import { registryOf } from '../types/registry.js';
import type { TypeOptions } from '../types/type-options.js';
import type { ServerMessage } from '../wire/server-message.js';
import type { WaitOptions } from './call.js';
import { Connection } from './connection.js';
import { openLink, type Shared } from './open-link.js';

/** Where to connect to and how; `signal` and `timeoutMs` are for the connecting. */
export interface ConnectOptions extends PostgresOptions, WaitOptions {
  /** How values become JavaScript's. */
  types?: TypeOptions | undefined;
  /** Is told of what the server says besides (`RAISE NOTICE`, warnings), on a microtask of its own. Dropped unless set. */
  onNotice?: ((notice: ServerMessage) => void) | undefined;
}

/**
 * Connects to a server.
 *
 * @param target A `postgres://` URL, or options; what is not said is taken from `PG*` in the environment.
 * @param options What goes before the URL.
 * @throws {PostgresClientError} `ERR_CONFIG`. @throws {PostgresError} The server refused.
 * @throws {ConnectionError} It could not be reached, encrypted or believed: `ERR_CONNECT`, `ERR_TLS`, `ERR_AUTH`,
 *   `ERR_TIMEOUT`, `ERR_ABORTED`.
 */
export async function connect(
  target: string | URL | ConnectOptions,
  options: ConnectOptions = {},
): Promise<Connection> {
  const isUrl = typeof target === 'string' || target instanceof URL;
  const { signal, timeoutMs, onNotice, ...said } = isUrl ? options : { ...target, ...options };
  const config = resolveConfig(isUrl ? target : said, isUrl ? said : {});
  const { link, statements } = await openLink(config, sharedOf(config, said.types, onNotice), { signal, timeoutMs });
  return new Connection(link, statements);
}

/** What the connections of one pool share. */
export function sharedOf(
  config: ConnectionConfig,
  types: TypeOptions | undefined,
  onNotice: ConnectOptions['onNotice'],
): Shared {
  const { statementCacheSize } = config;
  const descriptions = new DescriptionCache(Math.max(statementCacheSize, 1));
  return { registry: registryOf(types), descriptions, statementCacheSize, onNotice };
}
