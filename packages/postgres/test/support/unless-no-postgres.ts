/** Whether there is a PostgreSQL to test against. */
import { type Origin, postgresLack } from '@landfall/postgres-server';

/**
 * How to register a test that needs one: as it is, or skipped and loudly so. That of npm must be there where tests run
 * unattended; that of Debian is one more, where it is installed.
 */
export function unlessNoPostgres(origin: Origin): { skip: string | false } {
  const lack = postgresLack(origin);
  if (lack === null) return { skip: false };
  if (origin === 'embedded' && process.env['CI'] === 'true')
    throw new Error(`with CI=true this must not be missing: ${lack}`);
  console.log(`NOT TESTED: ${lack}`);
  return { skip: lack };
}
