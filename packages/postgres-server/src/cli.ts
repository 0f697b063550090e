/**
 * A server to try things on: `npm run postgres-server`. Prints where it is, its plain URL first, and runs until it is
 * stopped. `-- --installed debian` runs Debian's own PostgreSQL.
 */
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { startPostgres } from './postgres-server.js';

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { installed: { type: 'string' } } });
  const { installed } = values;
  if (installed !== undefined && installed !== 'debian')
    throw new Error(`--installed wants debian, not "${installed}"`);
  const stopped = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM'), once(process, 'SIGHUP')]);
  const server = await startPostgres(installed === undefined ? {} : { installed });
  console.log(server.url());
  console.log(`Unix socket  ${server.url('unix')}`);
  if (server.certificatePath !== null) console.log(`TLS          ${server.url('tls')}`);
  console.log(`by password  ${server.url('tcp', 'scram')}`);
  console.log('Its data is gone when it ends: Ctrl-C.');
  await stopped;
  await server[Symbol.asyncDispose]();
}

try {
  await main();
} catch (error) {
  console.error(`postgres-server: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
