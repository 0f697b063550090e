import { saslprep } from '@mongodb-js/saslprep';

/**
 * A password as SCRAM hashes it: prepared by SASLprep (RFC 4013), in UTF-8.
 *
 * A password that SASLprep refuses is taken as it is, which is what PostgreSQL does, too.
 */
export function passwordBytes(password: string): Uint8Array {
  return Buffer.from(prepared(password));
}

function prepared(password: string): string {
  try {
    // Empty after preparation is refused by PostgreSQL's.
    return saslprep(password) || password;
  } catch (refusal) {
    if (refusal instanceof Error) return password;
    throw refusal;
  }
}
