/** Certificates for tests, made when the first is asked for. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A certificate that is signed by itself, and its key. */
export interface Identity {
  readonly cert: string;
  readonly key: string;
}

const made = new Map<string, Identity>();

/** One of localhost and 127.0.0.1, the same for the same name. */
export function identity(name = 'server'): Identity {
  const known = made.get(name) ?? make();
  made.set(name, known);
  return known;
}

function make(): Identity {
  const folder = mkdtempSync(join(tmpdir(), 'landfall-identity-'));
  const [keyPath, certPath] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const options = [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-noenc', '-days', '2'],
    ...['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'],
    ...['-keyout', keyPath, '-out', certPath],
  ];
  try {
    execFileSync('openssl', options, { stdio: 'ignore', timeout: 20_000 });
    return { cert: readFileSync(certPath, 'utf8'), key: readFileSync(keyPath, 'utf8') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
