import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resolveConfig } from '../../dist/config/connection-config.js';
import { passwordIn } from '../../dist/config/passfile.js';
import { type FakeFile, fakeMachine } from './fake-machine.js';

function found(text: string, host = 'h', user = 'u'): string | undefined {
  return passwordIn(text, { address: { host, port: 5432, path: null }, database: 'd', user });
}

test('the first line that fits counts', () => {
  assert.equal(found('x:5432:d:u:no\nh:5432:d:u:yes\nh:5432:d:u:later'), 'yes');
  assert.equal(found('*:*:*:*:any'), 'any');
  assert.equal(found('h:5433:d:u:no\nh:5432:e:u:no\nh:5432:d:v:no'), undefined);
});

test('comments, empty lines, short lines and any end of a line are understood', () => {
  assert.equal(found('# h:5432:d:u:no\n\nh:5432:d:u\r\nh:5432:d:u:yes\r\n'), 'yes');
  assert.equal(found(''), undefined);
});

test('a backslash takes the next character as it is', () => {
  assert.equal(found('h:5432:d:u:a\\:b\\\\c\\d'), 'a:b\\cd');
  assert.equal(found('h:5432:d:u:a\\'), 'a\\');
  assert.equal(found('\\:\\:1:5432:d:u:six', '::1'), 'six');
  assert.equal(found('h:5432:d:\\*:star', 'h', '*'), 'star');
  assert.equal(found('h:5432:d:\\*:star'), undefined);
});

test('a password ends at a colon, and a space belongs to it', () => {
  assert.equal(found('h:5432:d:u: a b :c'), ' a b ');
});

test('the usual directory of the socket is localhost', () => {
  assert.equal(found('localhost:*:*:*:yes', '/var/run/postgresql'), 'yes');
  assert.equal(found('localhost:*:*:*:yes', '/tmp'), 'yes');
  assert.equal(found('localhost:*:*:*:yes', '/elsewhere'), undefined);
  assert.equal(found('/elsewhere:*:*:*:yes', '/elsewhere'), 'yes');
});

/** What is found for host `h`, and what was warned of. */
function looked(file: FakeFile | undefined, path = '/home/alice/.pgpass'): unknown {
  const machine = fakeMachine({}, file === undefined ? {} : { [path]: file });
  const config = resolveConfig('postgres://h', {}, machine);
  const passwords = [config.passwordFor(config.hosts[0]!), config.passwordFor(config.hosts[0]!)];
  assert.equal(passwords[0], passwords[1]);
  return [passwords[0], ...machine.warnings];
}

test('a file that others can read is passed over, with one warning', () => {
  const text = '*:*:*:*:yes';
  assert.deepEqual(looked({ text }), ['yes']);
  assert.deepEqual(looked({ text, mode: 0o400 }), ['yes']);
  for (const mode of [0o640, 0o604, 0o644, 0o777])
    assert.deepEqual(looked({ text, mode }), [
      undefined,
      'password file "/home/alice/.pgpass" can be read by others: its mode must be 0600 or less',
    ]);
});

test('a file that is not there is no matter; a directory and an unreadable file are warned of', () => {
  assert.deepEqual(looked(undefined), [undefined]);
  assert.deepEqual(looked({ isFile: false }), [undefined, 'password file "/home/alice/.pgpass" is not a plain file']);
  assert.deepEqual(looked({}), [
    undefined,
    'password file "/home/alice/.pgpass" cannot be read: no text in /home/alice/.pgpass',
  ]);
});

test('the file is the one that is named, or lies in the home that the environment names', () => {
  const files = { '/p': { text: '*:*:*:*:named' }, '/home/env/.pgpass': { text: '*:*:*:*:home' } };
  const passwordWith = (target: string, env: Record<string, string>): unknown => {
    const config = resolveConfig(target, {}, fakeMachine(env, files));
    return config.passwordFor(config.hosts[0]!);
  };
  assert.equal(passwordWith('postgres://?passfile=/p', {}), 'named');
  assert.equal(passwordWith('postgres://', { PGPASSFILE: '/p' }), 'named');
  assert.equal(passwordWith('postgres://', { HOME: '/home/env' }), 'home');
  assert.equal(passwordWith('postgres://?password=said', { HOME: '/home/env' }), 'said');
});

test('without a home there is no file', () => {
  const config = resolveConfig({}, {}, fakeMachine({}, {}, { homeDirectory: () => undefined }));
  assert.equal(config.passwordFor(config.hosts[0]!), undefined);
});

test('each host has its own password', () => {
  const machine = fakeMachine({}, { '/home/alice/.pgpass': { text: 'a:*:*:*:one\nb:6:*:*:two' } });
  const config = resolveConfig('postgres://a,b:6,c', {}, machine);
  assert.deepEqual(config.hosts.map(config.passwordFor), ['one', 'two', undefined]);
});

test('Windows keeps the file elsewhere, and knows no mode', () => {
  const files = { '/app/postgresql/pgpass.conf': { text: '*:*:*:*:yes', mode: 0o666 } };
  const passwordWith = (env: Record<string, string>): unknown => {
    const config = resolveConfig({}, {}, fakeMachine(env, files, { isWindows: true }));
    return config.passwordFor(config.hosts[0]!);
  };
  assert.equal(passwordWith({ APPDATA: '/app' }), 'yes');
  assert.equal(passwordWith({ HOME: '/app' }), undefined);
});
