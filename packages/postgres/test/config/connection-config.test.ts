import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { resolveConfig } from '../../dist/config/connection-config.js';
import type { PostgresOptions } from '../../dist/config/options.js';
import { fakeMachine, problemOf } from './fake-machine.js';

const TCP = { host: 'localhost', port: 5432, path: null };

test('without a word, the local server, the user of the system and its database are meant', () => {
  const config = resolveConfig({}, {}, fakeMachine());
  assert.deepEqual(config.hosts, [TCP]);
  assert.equal(config.user, 'alice');
  assert.equal(config.database, 'alice');
  assert.equal(config.sslmode, 'prefer');
  assert.equal(config.sslnegotiation, 'postgres');
  assert.equal(config.channelBinding, 'prefer');
  assert.equal(config.requireAuth, undefined);
  assert.equal(config.connectTimeoutMs, 10_000);
  assert.equal(config.queryTimeoutMs, undefined);
  assert.equal(config.statementCacheSize, 256);
  assert.equal(config.maxMessageBytes, 2 ** 30);
  assert.equal(config.keepAlive, true);
  assert.deepEqual(config.startupParameters, { user: 'alice', database: 'alice', client_encoding: 'UTF8' });
  assert.equal(config.passwordFor(config.hosts[0]!), undefined);
  assert.ok(Object.isFrozen(config) && Object.isFrozen(config.hosts) && Object.isFrozen(config.startupParameters));
});

test('options go before the URL, the URL before the environment, and that before the defaults', () => {
  const env = { PGUSER: 'env', PGDATABASE: 'env', PGHOST: 'env', PGPORT: '1', PGAPPNAME: 'env', PGSSLMODE: 'disable' };
  const machine = fakeMachine(env);
  const config = resolveConfig('postgres://url@url/url', { user: 'option' }, machine);
  assert.equal(config.user, 'option');
  assert.equal(config.database, 'url');
  assert.deepEqual(config.hosts, [{ host: 'url', port: 1, path: null }]);
  assert.equal(config.startupParameters['application_name'], 'env');
  assert.equal(config.sslmode, 'disable');
});

test('every variable of the environment is heard', () => {
  const config = resolveConfig(
    {},
    {},
    fakeMachine({
      PGHOST: 'h',
      PGPORT: '7',
      PGUSER: 'u',
      PGPASSWORD: 'p',
      PGDATABASE: 'd',
      PGSSLMODE: 'verify-full',
      PGSSLNEGOTIATION: 'direct',
      PGCONNECT_TIMEOUT: '3',
      PGAPPNAME: 'a',
      PGOPTIONS: '-c geqo=off',
      PGCHANNELBINDING: 'require',
      PGREQUIREAUTH: 'scram-sha-256',
    }),
  );
  assert.deepEqual(config.hosts, [{ host: 'h', port: 7, path: null }]);
  assert.equal(config.passwordFor(config.hosts[0]!), 'p');
  assert.equal(config.sslmode, 'verify-full');
  assert.equal(config.sslnegotiation, 'direct');
  assert.equal(config.connectTimeoutMs, 3000);
  assert.equal(config.channelBinding, 'require');
  assert.deepEqual(config.requireAuth, ['scram-sha-256']);
  assert.deepEqual(config.startupParameters, {
    user: 'u',
    database: 'd',
    client_encoding: 'UTF8',
    application_name: 'a',
    options: '-c geqo=off',
  });
});

test('an empty string says nothing', () => {
  const config = resolveConfig(
    'postgres://@/?sslmode=',
    { host: '', user: '' },
    fakeMachine({ PGUSER: 'env', PGHOST: '' }),
  );
  assert.equal(config.user, 'env');
  assert.equal(config.sslmode, 'prefer');
  assert.deepEqual(config.hosts, [TCP]);
});

test('what is undefined says nothing', () => {
  const config = resolveConfig(
    'postgres://u@h',
    { user: undefined, port: undefined, password: undefined },
    fakeMachine(),
  );
  assert.equal(config.user, 'u');
});

test('one port is for all hosts, more are for one each, and an empty one is 5432', () => {
  const places = (target: string, options: PostgresOptions = {}): string[] =>
    resolveConfig(target, options, fakeMachine()).hosts.map(({ host, port }) => `${host}:${port}`);
  assert.deepEqual(places('postgres://a,b'), ['a:5432', 'b:5432']);
  assert.deepEqual(places('postgres://a,b?port=7'), ['a:7', 'b:7']);
  assert.deepEqual(places('postgres://a,b:7'), ['a:5432', 'b:7']);
  assert.deepEqual(places('postgres://a:6,b:7'), ['a:6', 'b:7']);
  assert.deepEqual(places('postgres://', { host: ['a', 'b'], port: 8 }), ['a:8', 'b:8']);
  assert.deepEqual(places('postgres://', { host: ['a', 'b'], port: [8, 9] }), ['a:8', 'b:9']);
  assert.deepEqual(places('postgres://,'), ['localhost:5432', 'localhost:5432']);
  assert.match(
    problemOf(() => places('postgres://a,b,c?port=1,2')),
    /2 ports for 3 hosts/,
  );
});

test('the environment has no port for the hosts of a URL that names several', () => {
  const { hosts } = resolveConfig('postgres://a,b', {}, fakeMachine({ PGPORT: '7' }));
  assert.deepEqual(
    hosts.map(({ port }) => port),
    [5432, 5432],
  );
});

test('a URL object is as good as its text', () => {
  const config = resolveConfig(new URL('postgres://u:p%40@h:7/d?sslmode=require'), {}, fakeMachine());
  assert.deepEqual([config.user, config.database, config.sslmode], ['u', 'd', 'require']);
  assert.equal(config.passwordFor(config.hosts[0]!), 'p@');
});

test('a port that cannot be is refused, and not quoted', () => {
  for (const port of ['0', '65536', '99999', 'secret', '1e3', '-1', '1.5', '0x10'])
    assert.equal(
      problemOf(() => resolveConfig(`postgres://h:${port}`, {}, fakeMachine())),
      'a port must be a number from 1 to 65535',
    );
  for (const port of [0, 65_536, -1, 1.5, Number.NaN])
    assert.match(
      problemOf(() => resolveConfig({ port }, {}, fakeMachine())),
      /a port must/,
    );
});

test('a host that begins with a slash is the directory of a Unix socket, or the socket', () => {
  const addressOf = (host: string): unknown => resolveConfig({ host, port: 6 }, {}, fakeMachine()).hosts[0];
  assert.deepEqual(addressOf('/tmp'), { host: '/tmp', port: 6, path: '/tmp/.s.PGSQL.6' });
  assert.deepEqual(addressOf('/tmp/'), { host: '/tmp/', port: 6, path: '/tmp/.s.PGSQL.6' });
  assert.deepEqual(addressOf('/'), { host: '/', port: 6, path: '/.s.PGSQL.6' });
  assert.deepEqual(addressOf('/run/.s.PGSQL.7'), { host: '/run', port: 6, path: '/run/.s.PGSQL.7' });
  assert.deepEqual(addressOf('@a'), { host: '@a', port: 6, path: '\0a/.s.PGSQL.6' });
});

test('without a host, a socket where servers have theirs is taken before localhost', () => {
  const hostsWith = (...paths: string[]): unknown => {
    const files = Object.fromEntries(paths.map((path) => [path, { isFile: false }]));
    return resolveConfig({ port: 6 }, {}, fakeMachine({}, files)).hosts[0]!.path;
  };
  assert.equal(hostsWith(), null);
  assert.equal(hostsWith('/tmp/.s.PGSQL.5432'), null);
  assert.equal(hostsWith('/tmp/.s.PGSQL.6'), '/tmp/.s.PGSQL.6');
  assert.equal(hostsWith('/tmp/.s.PGSQL.6', '/var/run/postgresql/.s.PGSQL.6'), '/var/run/postgresql/.s.PGSQL.6');
  const onWindows = fakeMachine({}, { '/tmp/.s.PGSQL.6': {} }, { isWindows: true });
  assert.equal(resolveConfig({ port: 6 }, {}, onWindows).hosts[0]!.path, null);
});

test('a user must come from somewhere', () => {
  const nobody = fakeMachine({}, {}, { userName: () => undefined });
  assert.match(
    problemOf(() => resolveConfig({}, {}, nobody)),
    /no user/,
  );
  assert.equal(resolveConfig({ user: 'u' }, {}, nobody).user, 'u');
});

test('a password is shown by nothing that prints the configuration', () => {
  const secrets = { sslpassword: 'secret', tls: { key: 'secret', passphrase: 'secret' } };
  const config = resolveConfig('postgres://u:secret@h', secrets, fakeMachine({ PGPASSWORD: 'secret' }));
  assert.doesNotMatch(inspect(config, { depth: 9, showHidden: true }) + JSON.stringify(config), /secret/);
  assert.equal(config.passwordFor(config.hosts[0]!), 'secret');
  const callback = (): string => 'secret';
  const called = resolveConfig('postgres://u:p@h', { password: callback }, fakeMachine());
  assert.equal(called.passwordFor(called.hosts[0]!), callback);
});

test('settings become startup parameters beside the ones of libpq', () => {
  const options = { options: { geqo: false, work_mem: '64MB', statement_timeout: 500 }, applicationName: 'a' };
  assert.deepEqual(resolveConfig('postgres://u@h?options=-c%20x%3Dy', options, fakeMachine()).startupParameters, {
    user: 'u',
    database: 'u',
    client_encoding: 'UTF8',
    application_name: 'a',
    options: '-c x=y',
    geqo: 'false',
    work_mem: '64MB',
    statement_timeout: '500',
  });
  assert.equal(resolveConfig({ options: '-c a=b' }, {}, fakeMachine()).startupParameters['options'], '-c a=b');
});

test('a connect_timeout of nothing waits as long as a timer can', () => {
  const of = (text: string): number =>
    resolveConfig(`postgres://?connect_timeout=${text}`, {}, fakeMachine()).connectTimeoutMs;
  assert.equal(of('7'), 7000);
  assert.equal(of('%20+7%20'), 7000);
  assert.equal(of('0'), 2 ** 31 - 1);
  assert.equal(of('-1'), 2 ** 31 - 1);
  assert.equal(of('9999999999'), 2 ** 31 - 1);
  for (const text of ['x', '1.5', '1s', '1e3'])
    assert.match(
      problemOf(() => of(text)),
      /connect_timeout/,
    );
  const option = resolveConfig('postgres://?connect_timeout=7', { connectTimeoutMs: 50 }, fakeMachine());
  assert.equal(option.connectTimeoutMs, 50);
});

test('a list of authentication methods allows those, or all but those', () => {
  const of = (requireAuth: PostgresOptions['requireAuth']): unknown =>
    resolveConfig({ requireAuth }, {}, fakeMachine()).requireAuth;
  assert.deepEqual(of('scram-sha-256, md5'), ['md5', 'scram-sha-256']);
  assert.deepEqual(of(['none']), ['none']);
  assert.deepEqual(of('!password,!md5'), ['none', 'gss', 'sspi', 'scram-sha-256', 'oauth']);
  assert.equal(of(''), undefined);
  for (const list of ['md5,!none', '!md5,none', 'md5,md5', '!md5,!md5', 'scram', 'md5,', ' '])
    assert.match(
      problemOf(() => of(list)),
      /requireAuth/,
      list,
    );
});

const REFUSED: readonly (readonly [string, unknown, RegExp])[] = [
  ['an unknown option', { sslMode: 'require' }, /"sslMode"/],
  ['an unknown sslmode', { sslmode: 'no-verify' }, /sslmode must be one of disable/],
  ['an unknown sslnegotiation', { sslnegotiation: 'x' }, /sslnegotiation must/],
  ['an unknown channelBinding', { channelBinding: true }, /channelBinding/],
  ['a host that is no string', { host: 5 }, /host/],
  ['a port that is no number', { port: ['a'] }, /port/],
  ['a user that is no string', { user: ['a'] }, /user/],
  ['a password that is no string', { password: 5 }, /password/],
  ['a zero in the user', { user: 'a\0b' }, /user cannot/],
  ['a zero in the password', { password: 'a\0b' }, /password cannot/],
  ['a zero in the application name', { applicationName: '\0' }, /application_name cannot/],
  ['a zero in a setting', { options: { a: '\0' } }, /"a"/],
  ['a setting without a name', { options: { '': 'a' } }, /name/],
  ['a setting that is an object', { options: { a: {} } }, /"a"/],
  ['another encoding', { options: { client_encoding: 'LATIN1' } }, /"client_encoding"/],
  ['replication', { options: { Replication: 'true' } }, /"Replication"/],
  ['an extension of the protocol', { options: { '_pq_.x': '1' } }, /"_pq_.x"/],
  ['a timeout of nothing', { connectTimeoutMs: 0 }, /connectTimeoutMs/],
  ['an endless timeout', { queryTimeoutMs: Number.POSITIVE_INFINITY }, /queryTimeoutMs/],
  ['half a statement', { statementCacheSize: 0.5 }, /statementCacheSize/],
  ['messages of no bytes', { maxMessageBytes: 0 }, /maxMessageBytes/],
  ['verification that is switched off behind sslmode', { tls: { rejectUnauthorized: false } }, /"rejectUnauthorized"/],
];

for (const [what, options, problem] of REFUSED) {
  test(`${what} is refused`, () =>
    assert.match(
      problemOf(() => resolveConfig(options as PostgresOptions, {}, fakeMachine())),
      problem,
    ));
}

test('what is not supported is refused, from wherever it comes', () => {
  for (const target of [
    'postgres://?service=x',
    'postgres://?hostaddr=::1',
    'postgres://?target_session_attrs=read-write',
  ])
    assert.match(
      problemOf(() => resolveConfig(target, {}, fakeMachine())),
      /not supported/,
    );
  for (const env of [{ PGSERVICE: 'x' }, { PGHOSTADDR: '::1' }, { PGTARGETSESSIONATTRS: 'primary' }])
    assert.match(
      problemOf(() => resolveConfig({}, {}, fakeMachine(env))),
      /not supported/,
    );
  assert.ok(resolveConfig('postgres://?target_session_attrs=any', {}, fakeMachine()));
});
