import { unlessNoPostgres } from '../support/unless-no-postgres.js';
import { onServer } from './on-server.js';

onServer('PostgreSQL of Debian', { installed: 'debian' }, unlessNoPostgres('debian').skip);
