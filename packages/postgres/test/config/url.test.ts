import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseUrl } from '../../dist/config/url.js';
import { problemOf } from './fake-machine.js';

/** What a URL says, without what it says nothing of. */
function said(url: string): Record<string, string> {
  return Object.fromEntries(Object.entries(parseUrl(url)).filter(([, value]) => value !== ''));
}

const CORPUS: readonly (readonly [string, Record<string, string>])[] = [
  ['postgres://', {}],
  ['postgresql://', {}],
  ['postgres:///', {}],
  ['postgres://h', { host: 'h' }],
  ['postgresql://h:5433', { host: 'h', port: '5433' }],
  ['postgres://:5433', { port: '5433' }],
  ['postgres://h:', { host: 'h' }],
  ['postgres://h/d', { host: 'h', dbname: 'd' }],
  ['postgres:///d', { dbname: 'd' }],
  ['postgres://u@', { user: 'u' }],
  ['postgres://u@h', { user: 'u', host: 'h' }],
  ['postgres://u:p@h', { user: 'u', password: 'p', host: 'h' }],
  ['postgres://:p@h', { password: 'p', host: 'h' }],
  ['postgres://@h', { host: 'h' }],
  ['postgres://u:@h', { user: 'u', host: 'h' }],
  ['postgres://u:p:q@h', { user: 'u', password: 'p:q', host: 'h' }],
  ['postgres://u:p?q#r@h', { user: 'u', password: 'p?q#r', host: 'h' }],
  ['postgres://u:p%40%2F%3a@h/d', { user: 'u', password: 'p@/:', host: 'h', dbname: 'd' }],
  ['postgres://u:a+b@h/c+d', { user: 'u', password: 'a+b', host: 'h', dbname: 'c+d' }],
  ['postgres://u:%C3%BC@h', { user: 'u', password: 'ü', host: 'h' }],
  ['postgres://h/a/b', { host: 'h', dbname: 'a/b' }],
  ['postgres://h/%25', { host: 'h', dbname: '%' }],
  ['postgres://[::1]', { host: '::1' }],
  ['postgres://[::1]:5433/d', { host: '::1', port: '5433', dbname: 'd' }],
  ['postgres://u@[2001:db8::1]?dbname=d', { user: 'u', host: '2001:db8::1', dbname: 'd' }],
  ['postgres://h1,h2', { host: 'h1,h2', port: ',' }],
  ['postgres://,', { host: ',', port: ',' }],
  ['postgres://h[x]', { host: 'h[x]' }],
  ['postgres://h1:1,h2:2/d', { host: 'h1,h2', port: '1,2', dbname: 'd' }],
  ['postgres://h1,h2:5433/d', { host: 'h1,h2', port: ',5433', dbname: 'd' }],
  ['postgres://[::1]:1,h2:2', { host: '::1,h2', port: '1,2' }],
  ['postgres://h1,', { host: 'h1,', port: ',' }],
  ['postgres://%2Fvar%2Frun%2Fpostgresql/d', { host: '/var/run/postgresql', dbname: 'd' }],
  ['postgres:///d?host=/tmp', { host: '/tmp', dbname: 'd' }],
  ['postgres://h?host=/tmp', { host: '/tmp' }],
  ['postgres://h:1?port=2', { host: 'h', port: '2' }],
  ['postgres://h?user=a&user=b', { host: 'h', user: 'b' }],
  ['postgres://h/d?', { host: 'h', dbname: 'd' }],
  ['postgres://h?sslmode=require&', { host: 'h', sslmode: 'require' }],
  ['postgres://h?ssl=true', { host: 'h', sslmode: 'require' }],
  ['postgres://h?options=-c%20geqo%3Doff', { host: 'h', options: '-c geqo=off' }],
  ['postgres://h?application_name=a+b', { host: 'h', application_name: 'a+b' }],
  ['postgres://h?application%5Fname=x', { host: 'h', application_name: 'x' }],
  ['postgres://h?password=p%40', { host: 'h', password: 'p@' }],
];

for (const [url, expected] of CORPUS) {
  test(`${url} is read as libpq reads it`, () => assert.deepEqual(said(url), expected));
}

const REFUSED: readonly (readonly [string, RegExp])[] = [
  ['', /begins with/],
  ['mysql://h', /begins with/],
  ['postgres:/h', /begins with/],
  ['POSTGRES://h', /begins with/],
  ['postgres://[]', /IPv6.*empty/],
  ['postgres://[::1', /IPv6/],
  ['postgres://[::1]x', /malformed/],
  ['postgres://u:%00@h', /password.*%00/],
  ['postgres://%00', /host.*%00/],
  ['postgres://h/%zz', /database.*%XX/],
  ['postgres://h/%f', /%XX/],
  ['postgres://h/%ff', /UTF-8/],
  ['postgres://h?a', /name=value/],
  ['postgres://h?user=a=b', /name=value/],
  ['postgres://h?user=a&&port=1', /name=value/],
  ['postgres://h?sslMode=require', /"sslMode"/],
  ['postgres://h?schema=public', /"schema"/],
  ['postgres://h?ssl=false', /"ssl"/],
  ['postgres://h?__proto__=x', /"__proto__"/],
  ['postgres://h?constructor=x', /"constructor"/],
];

for (const [url, problem] of REFUSED) {
  test(`${url || 'an empty URL'} is refused`, () =>
    assert.match(
      problemOf(() => parseUrl(url)),
      problem,
    ));
}

test('no piece of a password that was not encoded gets into a message', () => {
  for (const url of [
    'postgres://u:secret/secret@h/d',
    'postgres://u:12/secret?secret=secret@h',
    'postgres://u:12/x?secret@h',
    'postgres://u:[secret/x@h',
    'postgres://u:secret%@h',
  ]) {
    try {
      parseUrl(url);
    } catch (error) {
      assert.doesNotMatch(String(error), /secret/, url);
    }
  }
});
