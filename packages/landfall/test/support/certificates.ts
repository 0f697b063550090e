/** The certificates that lie beside the TLS tests; `make.sh` there says how they came about. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A certificate and its key. */
export interface Identity {
  readonly cert: string;
  readonly key: string;
}

/** Where a file of them is: compiled tests lie beside their sources' folder. */
export function certificatePath(file: string): string {
  return fileURLToPath(new URL(`../../test/tls/certificates/${file}`, import.meta.url));
}

function read(file: string): string {
  return readFileSync(certificatePath(file), 'utf8');
}

function identity(name: string): Identity {
  return { cert: read(`${name}.pem`), key: read(`${name}.key`) };
}

/** Signed the others but `stranger`. */
export const authority: string = read('ca.pem');
/** Of localhost and 127.0.0.1. */
export const server: Identity = identity('server');
/** Of other.test. */
export const other: Identity = identity('other');
/** Of a client. */
export const client: Identity = identity('client');
/** Signed by itself. */
export const stranger: Identity = identity('stranger');
