/** Whether there is a PostgreSQL to test against. */
import { postgresLack } from '@landfall/postgres-server';
import { unlessLacking } from './programs.js';

/** How to register a test that needs one. */
export function unlessNoPostgres(): { skip: string | false } {
  return unlessLacking(postgresLack());
}
