import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TlsOptions } from 'landfall';
import { resolveConfig } from '../../dist/config/connection-config.js';
import type { PostgresOptions } from '../../dist/config/options.js';
import { encryptionOrder } from '../../dist/config/tls-settings.js';
import { type FakeFile, fakeMachine, problemOf } from './fake-machine.js';

const ROOT = { '/home/alice/.postgresql/root.crt': { text: 'ROOT' } };
const CLIENT = {
  '/home/alice/.postgresql/postgresql.crt': { text: 'CERT' },
  '/home/alice/.postgresql/postgresql.key': { text: 'KEY' },
};

function tlsOf(options: PostgresOptions, files: Record<string, FakeFile> = {}): TlsOptions {
  const config = resolveConfig({ host: 'h', ...options }, {}, fakeMachine({}, files));
  return config.tlsFor(config.hosts[0]!);
}

/** What is checked of the server. */
function checks(options: PostgresOptions, files: Record<string, FakeFile> = {}): string {
  const { rejectUnauthorized, checkServerIdentity, ca } = tlsOf(options, files);
  const what = rejectUnauthorized === false ? 'nothing' : checkServerIdentity === undefined ? 'name' : 'chain';
  return ca === undefined ? what : `${what} by ${String(ca)}`;
}

test('each mode tries TLS when libpq does', () => {
  const address = { host: 'h', port: 1, path: null };
  assert.deepEqual(encryptionOrder('disable', address), ['plain']);
  assert.deepEqual(encryptionOrder('allow', address), ['plain', 'tls']);
  assert.deepEqual(encryptionOrder('prefer', address), ['tls', 'plain']);
  for (const sslmode of ['require', 'verify-ca', 'verify-full'] as const) {
    assert.deepEqual(encryptionOrder(sslmode, address), ['tls']);
    assert.deepEqual(encryptionOrder(sslmode, { ...address, path: '/tmp/.s.PGSQL.1' }), ['plain']);
  }
});

test('without authorities, the modes below verify-ca check nothing', () => {
  for (const sslmode of ['allow', 'prefer', 'require'] as const) assert.equal(checks({ sslmode }), 'nothing');
});

test('with authorities, the modes below verify-full check the chain', () => {
  for (const sslmode of ['allow', 'prefer', 'require', 'verify-ca'] as const) {
    assert.equal(checks({ sslmode }, ROOT), 'chain by ROOT');
    assert.equal(checks({ sslmode, sslrootcert: '/r' }, { '/r': { text: 'R' } }), 'chain by R');
    assert.equal(checks({ sslmode, tls: { ca: 'CA' } }, ROOT), 'chain by CA');
  }
});

test('verify-full checks the name as well, and it is the name of the host', () => {
  assert.equal(checks({ sslmode: 'verify-full' }, ROOT), 'name by ROOT');
  assert.equal(checks({ sslmode: 'verify-full', tls: { ca: 'CA' } }), 'name by CA');
  assert.equal(tlsOf({ sslmode: 'verify-full' }, ROOT).servername, 'h');
});

test('verify-ca and verify-full cannot do without authorities', () => {
  for (const sslmode of ['verify-ca', 'verify-full'] as const)
    assert.match(
      problemOf(() => tlsOf({ sslmode })),
      /needs authorities/,
    );
});

test('a file of authorities that was named must be there, in every mode', () => {
  assert.match(
    problemOf(() => tlsOf({ sslmode: 'prefer', sslrootcert: '/gone' })),
    /"\/gone" cannot be read/,
  );
});

test('the authorities of Node go with verify-full only, which is then the default', () => {
  assert.equal(checks({ sslrootcert: 'system' }, ROOT), 'name');
  for (const sslmode of ['disable', 'allow', 'prefer', 'require', 'verify-ca'] as const)
    assert.match(
      problemOf(() => tlsOf({ sslmode, sslrootcert: 'system' })),
      /too weak/,
    );
});

test('direct negotiation needs require or stronger', () => {
  for (const sslmode of [undefined, 'disable', 'allow', 'prefer'] as const)
    assert.match(
      problemOf(() => tlsOf({ sslmode, sslnegotiation: 'direct' })),
      /too weak/,
    );
  assert.deepEqual(tlsOf({ sslmode: 'require', sslnegotiation: 'direct' }).ALPNProtocols, ['postgresql']);
});

test('the certificate of the client is taken from where it usually is, from where it is said to be, or as given', () => {
  const pair = (options: PostgresOptions, files: Record<string, FakeFile> = {}): unknown[] => {
    const { cert, key, passphrase } = tlsOf(options, files);
    return [cert, key, passphrase];
  };
  assert.deepEqual(pair({}), [undefined, undefined, undefined]);
  assert.deepEqual(pair({}, CLIENT), ['CERT', 'KEY', undefined]);
  const named = { sslcert: '/c', sslkey: '/k', sslpassword: 'p' };
  assert.deepEqual(pair(named, { ...CLIENT, '/c': { text: 'C' }, '/k': { text: 'K' } }), ['C', 'K', 'p']);
  assert.deepEqual(pair({ tls: { cert: 'X', key: 'Y', passphrase: 'q' } }, CLIENT), ['X', 'Y', 'q']);
  assert.deepEqual(pair({ tls: { pfx: 'P' } }, CLIENT), [undefined, undefined, undefined]);
  assert.match(
    problemOf(() => pair({ sslcert: '/gone' })),
    /sslcert/,
  );
  assert.match(
    problemOf(() => pair({ sslcert: '/c' }, { '/c': { text: 'C' } })),
    /sslkey/,
  );
});

test('a key that others can read is refused; one of root may be read by its group', () => {
  const keyWith = (facts: FakeFile): unknown =>
    tlsOf({ sslkey: '/k' }, { ...CLIENT, '/k': { text: 'K', ...facts } }).key;
  assert.equal(keyWith({ mode: 0o400 }), 'K');
  assert.equal(keyWith({ mode: 0o640, isRoots: true }), 'K');
  for (const facts of [
    { mode: 0o640 },
    { mode: 0o604 },
    { mode: 0o660, isRoots: true },
    { mode: 0o644, isRoots: true },
  ])
    assert.match(
      problemOf(() => keyWith(facts)),
      /can be read by others/,
    );
});

test('Windows keeps its files elsewhere, and knows no mode', () => {
  const files = {
    '/app/postgresql/root.crt': { text: 'ROOT' },
    '/app/postgresql/postgresql.crt': { text: 'CERT' },
    '/app/postgresql/postgresql.key': { text: 'KEY', mode: 0o666 },
  };
  const config = resolveConfig({ host: 'h' }, {}, fakeMachine({ APPDATA: '/app' }, files, { isWindows: true }));
  const { ca, cert, key } = config.tlsFor(config.hosts[0]!);
  assert.deepEqual([ca, cert, key], ['ROOT', 'CERT', 'KEY']);
});

test('files are read anew for each connection', () => {
  const files: Record<string, FakeFile> = { '/r': { text: 'old' } };
  const config = resolveConfig({ host: 'h', sslrootcert: '/r' }, {}, fakeMachine({}, files));
  assert.equal(config.tlsFor(config.hosts[0]!).ca, 'old');
  files['/r'] = { text: 'new' };
  assert.equal(config.tlsFor(config.hosts[0]!).ca, 'new');
});
