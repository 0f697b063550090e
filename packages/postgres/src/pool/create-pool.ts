/** Making a pool. */
import { resolveConfig } from '../config/connection-config.js';
import { sharedOf } from '../connection/connect.js';
import { openLink } from '../connection/open-link.js';
import { Pool } from './pool.js';
import { type PoolOptions, poolSettings, withoutPoolOptions } from './pool-options.js';

/**
 * Makes a pool of connections to a server. Nothing is connected before it is needed, unless `min` says so.
 *
 * @param target A `postgres://` URL, or options; what is not said is taken from `PG*` in the environment.
 * @param options What goes before the URL.
 * @throws {PostgresClientError} `ERR_CONFIG`. @throws {RangeError | TypeError} An option of the pool's own that cannot be.
 */
export function createPool(target: string | URL | PoolOptions, options: PoolOptions = {}): Pool {
  const isUrl = typeof target === 'string' || target instanceof URL;
  const all = isUrl ? options : { ...target, ...options };
  const settings = poolSettings(all);
  const { onNotice, ...said } = withoutPoolOptions(all);
  const config = resolveConfig(isUrl ? target : said, isUrl ? said : {});
  const shared = sharedOf(config, said.types, onNotice);
  return new Pool(settings, (signal) => openLink(config, shared, { signal }));
}
