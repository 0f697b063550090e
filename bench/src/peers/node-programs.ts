/** The programs of the rows that are written for Node, which other runtimes can run too. */
import { fileURLToPath } from 'node:url';

/** Of the echo suite: `main.js NAME server|client`. */
export const ECHO_PROGRAM: string = fileURLToPath(new URL('../contenders/main.js', import.meta.url));

/** Of frames in one direction: `receiver.js NAME receive`. */
export const RECEIVER_PROGRAM: string = fileURLToPath(new URL('../flood/receiver.js', import.meta.url));

/** Of clients of PostgreSQL: `main.js NAME`. */
export const POSTGRES_PROGRAM: string = fileURLToPath(new URL('../postgres/clients/main.js', import.meta.url));
