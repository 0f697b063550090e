import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { overOf, parsePostgresUrl, placeOf, urlOf } from './place.js';

function parsed(text: string): URL {
  return parsePostgresUrl(text) ?? assert.fail(`${text} is refused`);
}

describe('the URL of a server', () => {
  it('names a host, a user, a password and a database', () => {
    const url = parsed('postgresql://me:a%20b@db.example:5433/shop?sslmode=require');
    assert.equal(overOf(url), 'tls');
    assert.deepEqual(placeOf(url, 'tls'), {
      ...{ host: 'db.example', port: 5433, user: 'me', password: 'a b', database: 'shop', tls: true },
    });
  });

  it('may name the folder of a Unix socket', () => {
    const url = parsed('postgres://me@/shop?host=%2Ftmp%2Fpg&port=5433');
    assert.equal(overOf(url), 'unix');
    assert.equal(placeOf(url, 'unix').host, '/tmp/pg');
    assert.throws(() => placeOf(url, 'tcp'), /has to name a host/);
  });

  it('comes back from the place that it was read as', () => {
    for (const text of ['postgres://u:p%25@[::1]:1/d', 'postgres://u@/d?host=%2Ftmp%2Fx&port=2']) {
      const over = overOf(parsed(text));
      const place = placeOf(parsed(text), over);
      assert.deepEqual(placeOf(parsed(urlOf(place)), over), place);
    }
  });

  it('is refused when it is none', () => {
    for (const text of ['mysql://x', 'localhost', 'postgres://u@h:port/d']) assert.equal(parsePostgresUrl(text), null);
  });
});
