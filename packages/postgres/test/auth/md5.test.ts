import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isMd5Salt, md5Response } from '../../dist/auth/md5.js';

test('the answer is what md5sum makes of password and user, and of that and the salt', () => {
  // { printf '%s' "$(printf passwordmd5_user | md5sum | cut -c1-32)"; printf '\xaa\xbb\xcc\xdd'; } | md5sum
  assert.equal(
    md5Response('md5_user', 'password', Buffer.from('aabbccdd', 'hex')),
    'md5092d0ab5f59df7704d732adf6241e750',
  );
  assert.equal(md5Response('üser', 'pässwörd', Buffer.from('00010203', 'hex')), 'md5cfdd094f708bf7743eca95f8fd987af9');
});

test('a salt has four bytes', () => {
  assert.deepEqual(
    [0, 3, 4, 5].map((bytes) => isMd5Salt(Buffer.alloc(bytes))),
    [false, false, true, false],
  );
});
