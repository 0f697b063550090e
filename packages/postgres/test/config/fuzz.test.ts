import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { resolveConfig } from '../../dist/config/connection-config.js';
import { passwordIn } from '../../dist/config/passfile.js';
import { PostgresClientError } from '../../dist/errors.js';
import { fakeMachine } from './fake-machine.js';

const RUNS = { numRuns: 2000 };
const PIECES = [
  '@',
  ':',
  '/',
  '?',
  '&',
  '=',
  ',',
  '[',
  ']',
  '%',
  '%2F',
  '%00',
  '%C3%BC',
  '+',
  '#',
  '\\',
  ' ',
  '\0',
  'ü',
];
const WORDS = ['h', 'sslmode', 'require', 'host', 'port', '5432', 'user', 'secret', '::1', 'options'];
const urlText = fc.array(fc.constantFrom(...PIECES, ...WORDS), { maxLength: 20 }).map((parts) => parts.join(''));

/** Resolves, or fails with `ERR_CONFIG`; returns the message of that. */
function messageOf(url: string): string {
  try {
    const config = resolveConfig(url, {}, fakeMachine());
    assert.ok(config.hosts.length > 0);
    return '';
  } catch (error) {
    assert.ok(error instanceof PostgresClientError && error.code === 'ERR_CONFIG', String(error));
    return error.message;
  }
}

test('any text behind the scheme is a configuration or ERR_CONFIG', () => {
  fc.assert(
    fc.property(urlText, (text) => void messageOf(`postgres://${text}`)),
    RUNS,
  );
  fc.assert(fc.property(fc.string(), (text) => void messageOf(text)));
});

test('a password gets into no message, however the rest of the URL is wrong', () => {
  fc.assert(
    fc.property(urlText, urlText, (password, rest) => {
      const secret = `qqq${password}qqq`;
      assert.doesNotMatch(messageOf(`postgres://u:${secret}@${rest}`), /qqq/);
    }),
    RUNS,
  );
});

test('what is encoded in a URL comes out as it was', () => {
  const text = fc.string({ minLength: 1, unit: 'grapheme' }).filter((word) => !word.includes('\0'));
  fc.assert(
    fc.property(text, text, text, (user, password, database) => {
      const url = `postgres://${[user, password].map(encodeURIComponent).join(':')}@h/${encodeURIComponent(database)}`;
      const config = resolveConfig(url, {}, fakeMachine());
      assert.deepEqual(
        [config.user, config.passwordFor(config.hosts[0]!), config.database],
        [user, password, database],
      );
    }),
  );
});

test('what is escaped in a file of passwords comes out as it was', () => {
  const text = fc.string({ minLength: 1 }).filter((word) => !/[\r\n]/.test(word));
  const escaped = (word: string): string => word.replace(/[\\:]/g, '\\$&').replace(/^[*#]/, '\\$&');
  fc.assert(
    fc.property(text, text, text, text, (host, database, user, password) => {
      fc.pre(host !== '/tmp');
      const line = [host, '5432', database, user, password].map(escaped).join(':');
      const key = { address: { host, port: 5432, path: null }, database, user };
      assert.equal(passwordIn(`x\n${line}`, key), password);
    }),
  );
});

test('any file of passwords can be read', () => {
  const key = { address: { host: 'h', port: 5432, path: null }, database: 'd', user: 'u' };
  const lines = fc
    .array(fc.constantFrom(':', '*', '\\', '#', '\n', '\r', 'h', 'd', 'u', '5432', 'x'))
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(lines, (text) => void passwordIn(text, key)),
    RUNS,
  );
});
