import { saslprep } from '@mongodb-js/saslprep';

/**
 * A password as SCRAM hashes it: prepared by SASLprep (RFC 4013), in UTF-8.
 *
 * A password that SASLprep refuses is taken as it is, which is what PostgreSQL does, too. It differs in one thing: PostgreSQL
 * looks for forbidden and unassigned characters before NFKC, the library behind it. So a password does not fit if it has
 * one that is neither allowed (in Unicode 3.2) nor left as it is by NFKC, such as U+0340 or U+1F130.
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
