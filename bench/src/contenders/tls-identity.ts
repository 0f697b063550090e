/** The certificate that every encrypted row shows and trusts. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A server's certificate and its key, as PEM. The certificate is signed by its own key, so it is the client's authority too. */
export interface TlsIdentity {
  readonly cert: string;
  readonly key: string;
}

/** Reads `certificate.pem` and `key.pem` of a folder. */
export async function readIdentity(folder: string): Promise<TlsIdentity> {
  const [cert, key] = await Promise.all(
    ['certificate.pem', 'key.pem'].map((name) => readFile(join(folder, name), 'utf8')),
  );
  return { cert: cert ?? '', key: key ?? '' };
}
