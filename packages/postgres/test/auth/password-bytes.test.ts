import assert from 'node:assert/strict';
import { test } from 'node:test';
import { passwordBytes } from '../../dist/auth/password-bytes.js';

const CASES: readonly (readonly [string, string, string])[] = [
  ['an ASCII password is taken as it is', 'pencil', 'pencil'],
  ['spaces of other kinds become a space', 'a\u00a0b\u3000c', 'a b c'],
  ['what is mapped to nothing goes', 'I\u00adX', 'IX'],
  ['compatible characters become one (NFKC)', '\u2168\u00aa', 'IXa'],
  ['a forbidden character leaves the password as it is', 'a\u0007\u00aa', 'a\u0007\u00aa'],
  ['a wrong mix of directions leaves the password as it is', '\u06271\u00aa', '\u06271\u00aa'],
  ['a character that is not assigned leaves the password as it is', '\u0221\u00aa', '\u0221\u00aa'],
  ['nothing left leaves the password as it is', '\u00ad', '\u00ad'],
  ['a lone surrogate is the replacement character', '\ud800', '\ufffd'],
];

for (const [name, password, expected] of CASES) {
  test(name, () => assert.equal(Buffer.from(passwordBytes(password)).toString(), expected));
}
