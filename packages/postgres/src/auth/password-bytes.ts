import { createRequire } from 'node:module';

import type { saslprep as Saslprep } from '@mongodb-js/saslprep';

const require = createRequire(import.meta.url);

/**
 * A password as SCRAM hashes it: prepared by SASLprep (RFC 4013), in UTF-8.
 *
 * A password that SASLprep refuses is taken as it is, which is what PostgreSQL does, too. It differs in one thing: PostgreSQL
 * looks for forbidden and unassigned characters before NFKC, the library behind it. So a password does not fit if it has
 * one that is neither allowed (in Unicode 3.2) nor left as it is by NFKC, such as U+0340 or U+1F130.
 */
export function passwordBytes(password: string): Uint8Array {
  // ASCII is left as it is or refused. The library's tables take 2 MB and 40 ms to load, so only who needs them does.
  return Buffer.from(isAscii(password) ? password : prepared(password));
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false;
  return true;
}

function prepared(password: string): string {
  const { saslprep } = require('@mongodb-js/saslprep') as { saslprep: typeof Saslprep };
  try {
    // Empty after preparation is refused by PostgreSQL's.
    return saslprep(password) || password;
  } catch (refusal) {
    if (refusal instanceof Error) return password;
    throw refusal;
  }
}
