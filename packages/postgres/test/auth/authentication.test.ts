import assert from 'node:assert/strict';
import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { test } from 'node:test';
import { Authentication, type AuthenticationOptions, type AuthenticationStep } from '../../dist/auth/authentication.js';
import { ConnectionError, PostgresClientError, ProtocolError } from '../../dist/errors.js';

const NOTHING = Buffer.alloc(0);
const SALT = Buffer.from('salt of the test');
const [OK, CLEARTEXT, MD5, SASL, SASL_CONTINUE, SASL_FINAL] = [0, 3, 5, 10, 11, 12] as const;
const BOTH = Buffer.from('SCRAM-SHA-256-PLUS\0SCRAM-SHA-256\0\0');
const ONLY_PLAIN = Buffer.from('SCRAM-SHA-256\0\0');

function authentication(options: Partial<AuthenticationOptions> = {}): Authentication {
  return new Authentication({
    user: 'user',
    encrypted: false,
    endPoint: null,
    channelBinding: 'prefer',
    requireAuth: undefined,
    nonce: 'nonce',
    ...options,
  });
}

function sent(step: AuthenticationStep): string {
  return step.kind === 'send' ? Buffer.from(step.body).toString() : assert.fail(`not sent, but ${step.kind}`);
}

/** Says `password` and returns what is sent for it. */
function answer(auth: Authentication, password = 'password'): string {
  return sent(auth.password(password));
}

function authError(run: () => unknown, message: RegExp): void {
  assert.throws(run, (error) => {
    assert.ok(error instanceof ConnectionError, String(error));
    assert.equal(error.code, 'ERR_AUTH');
    assert.match(error.message, message);
    return true;
  });
}

/** Both of the exchanges' messages, from a server with this password, up to the last. */
function scramUntilFinal(auth: Authentication, mechanisms: Buffer, password = 'password'): string {
  assert.deepEqual(auth.request(SASL, mechanisms), { kind: 'needsPassword' });
  const initial = answer(auth, 'password');
  const clientFirstBare = initial.slice(initial.indexOf('n=,'));
  const serverFirst = `r=nonce+,s=${SALT.toString('base64')},i=2`;
  const needs = auth.request(SASL_CONTINUE, Buffer.from(serverFirst));
  if (needs.kind !== 'needsSaltedPassword') return assert.fail(needs.kind);
  assert.equal(Buffer.from(needs.password).toString(), 'password');
  const final = sent(auth.saltedPassword(pbkdf2Sync(needs.password, needs.salt, needs.iterations, 32, 'sha256')));
  const hmac = (key: Uint8Array, text: string): Buffer => createHmac('sha256', key).update(text).digest();
  const serverKey = hmac(pbkdf2Sync(password, SALT, 2, 32, 'sha256'), 'Server Key');
  return `v=${hmac(serverKey, `${clientFirstBare},${serverFirst},${final.split(',p=')[0]}`).toString('base64')}`;
}

test('a server that asks for nothing lets in', () => {
  assert.deepEqual(authentication().request(OK, NOTHING), { kind: 'done' });
});

test('a password in clear is sent with a zero', () => {
  const auth = authentication();
  assert.deepEqual(auth.request(CLEARTEXT, NOTHING), { kind: 'needsPassword' });
  assert.equal(answer(auth, 'pässword'), 'pässword\0');
  assert.deepEqual(auth.request(OK, NOTHING), { kind: 'done' });
});

test('an MD5 password is hashed with the user and the salt', () => {
  const auth = authentication();
  const salt = Buffer.from([1, 2, 3, 4]);
  auth.request(MD5, salt);
  salt.fill(0);
  // printf 'passworduser' | md5sum, and that with the salt once more.
  const stored = createHash('md5').update('passworduser').digest('hex');
  const expected = createHash('md5')
    .update(Buffer.concat([Buffer.from(stored), Buffer.from([1, 2, 3, 4])]))
    .digest('hex');
  assert.equal(answer(auth), `md5${expected}\0`);
  assert.deepEqual(auth.request(OK, NOTHING), { kind: 'done' });
});

test('SCRAM runs to its end', () => {
  const auth = authentication();
  const final = scramUntilFinal(auth, ONLY_PLAIN);
  assert.deepEqual(auth.request(SASL_FINAL, Buffer.from(final)), { kind: 'wait' });
  assert.deepEqual(auth.request(OK, NOTHING), { kind: 'done' });
});

test('the first answer of SCRAM names the mechanism and its own length', () => {
  const auth = authentication();
  auth.request(SASL, ONLY_PLAIN);
  assert.equal(answer(auth), 'SCRAM-SHA-256\0\0\0\0\x0dn,,n=,r=nonce');
});

test('the channel is bound, offered or kept out of it as libpq does', () => {
  const endPoint = Buffer.alloc(32, 7);
  const said = (mechanisms: Buffer, options: Partial<AuthenticationOptions>): string => {
    const auth = authentication(options);
    auth.request(SASL, mechanisms);
    const text = answer(auth);
    return `${text.slice(0, text.indexOf('\0'))} ${text.slice(text.indexOf('\0') + 5, text.indexOf(',,'))}`;
  };
  const tls = { encrypted: true, endPoint };
  assert.equal(said(BOTH, tls), 'SCRAM-SHA-256-PLUS p=tls-server-end-point');
  assert.equal(said(BOTH, { ...tls, channelBinding: 'require' }), 'SCRAM-SHA-256-PLUS p=tls-server-end-point');
  assert.equal(said(BOTH, { ...tls, channelBinding: 'disable' }), 'SCRAM-SHA-256 n');
  assert.equal(said(ONLY_PLAIN, tls), 'SCRAM-SHA-256 y');
  assert.equal(said(ONLY_PLAIN, { encrypted: true }), 'SCRAM-SHA-256 y');
  assert.equal(said(ONLY_PLAIN, { ...tls, channelBinding: 'disable' }), 'SCRAM-SHA-256 n');
  assert.equal(said(ONLY_PLAIN, {}), 'SCRAM-SHA-256 n');
  assert.equal(said(Buffer.from('OAUTHBEARER\0SCRAM-SHA-256\0\0'), {}), 'SCRAM-SHA-256 n');
});

test('a channel that cannot be bound ends it', () => {
  const tls = { encrypted: true, endPoint: Buffer.alloc(32) };
  const require = { channelBinding: 'require' } as const;
  authError(() => authentication().request(SASL, BOTH), /without TLS/);
  authError(() => authentication({ channelBinding: 'disable' }).request(SASL, BOTH), /without TLS/);
  authError(() => authentication({ encrypted: true }).request(SASL, BOTH), /certificate has no hash/);
  authError(
    () => authentication({ ...tls, ...require }).request(SASL, ONLY_PLAIN),
    /offers no authentication that binds/,
  );
  authError(() => authentication({ ...tls, ...require }).request(OK, NOTHING), /binds no channel/);
  authError(() => authentication({ ...tls, ...require }).request(CLEARTEXT, NOTHING), /binds no channel/);
  authError(() => authentication({ ...tls, ...require }).request(MD5, Buffer.alloc(4)), /binds no channel/);
});

test('a server is asked for no other method than requireAuth allows', () => {
  const requests = {
    none: [OK, NOTHING],
    password: [CLEARTEXT, NOTHING],
    md5: [MD5, SALT.subarray(0, 4)],
    'scram-sha-256': [SASL, ONLY_PLAIN],
  } as const;
  for (const [method, [code, body]] of Object.entries(requests)) {
    assert.ok(authentication({ requireAuth: [method] }).request(code, body));
    const others = Object.keys(requests).filter((other) => other !== method);
    authError(() => authentication({ requireAuth: others }).request(code, body), /requireAuth does not allow/);
  }
});

test('a server that does not know the password is found out', () => {
  const auth = authentication();
  const final = scramUntilFinal(auth, ONLY_PLAIN, 'another');
  authError(() => auth.request(SASL_FINAL, Buffer.from(final)), /does not know the password/);
});

test('a server cannot let in before it has proved to know the password', () => {
  const first = authentication();
  first.request(SASL, ONLY_PLAIN);
  answer(first);
  assert.throws(() => first.request(OK, NOTHING), ProtocolError);
  const second = authentication();
  scramUntilFinal(second, ONLY_PLAIN);
  assert.throws(() => second.request(OK, NOTHING), ProtocolError);
});

test('requests out of turn are refused', () => {
  const requests = [
    [CLEARTEXT, NOTHING],
    [MD5, SALT.subarray(0, 4)],
    [SASL, ONLY_PLAIN],
    [SASL_CONTINUE, NOTHING],
    [SASL_FINAL, NOTHING],
    [OK, NOTHING],
  ] as const;
  const unwanted = (make: () => Authentication, but: readonly number[]): void => {
    for (const [code, body] of requests)
      if (!but.includes(code)) assert.throws(() => make().request(code, body), ProtocolError, String(code));
  };
  const after =
    (...steps: ((auth: Authentication) => void)[]) =>
    (): Authentication => {
      const auth = authentication();
      for (const step of steps) step(auth);
      return auth;
    };
  const cleartext = (auth: Authentication): void => void auth.request(CLEARTEXT, NOTHING);
  unwanted(after(), [OK, CLEARTEXT, MD5, SASL]);
  unwanted(after(cleartext), []);
  unwanted(after(cleartext, answer), [OK]);
  unwanted(
    after((auth) => auth.request(OK, NOTHING)),
    [],
  );
  unwanted(
    after((auth) => auth.request(SASL, ONLY_PLAIN), answer),
    [SASL_CONTINUE],
  );
  unwanted(
    after((auth) => scramUntilFinal(auth, ONLY_PLAIN)),
    [SASL_FINAL],
  );
});

test('requests that are malformed are refused', () => {
  const one = Buffer.alloc(1);
  for (const [code, body] of [
    [OK, one],
    [CLEARTEXT, one],
    [MD5, NOTHING],
    [MD5, Buffer.alloc(5)],
    [SASL, NOTHING],
    [SASL, Buffer.from('SCRAM-SHA-256')],
    [SASL, Buffer.from('SCRAM-SHA-256\0')],
    [SASL, Buffer.from('SCRAM-SHA-256\0\0x')],
    [1, NOTHING],
    [13, NOTHING],
    [-1, NOTHING],
  ] as const)
    assert.throws(() => authentication().request(code, body), ProtocolError, `${code} ${body.toString()}`);
});

test('what is not spoken here is named', () => {
  for (const [code, name] of [
    [2, 'Kerberos V5'],
    [6, 'SCM credentials'],
    [7, 'GSSAPI'],
    [8, 'GSSAPI'],
    [9, 'SSPI'],
  ] as const)
    authError(() => authentication().request(code, NOTHING), new RegExp(`${name}, which is not supported`));
  authError(() => authentication().request(SASL, Buffer.from('OAUTHBEARER\0\0')), /but OAUTHBEARER/);
  authError(() => authentication().request(SASL, Buffer.from('\x1b[31m\0\0')), /but \?\[31m/);
});

test('a password is a string that is not empty and has no zero in it', () => {
  const asked = (): Authentication => {
    const auth = authentication();
    auth.request(CLEARTEXT, NOTHING);
    return auth;
  };
  authError(() => asked().password(undefined), /there is none/);
  authError(() => asked().password(''), /there is none/);
  for (const password of ['a\0b', 5, Buffer.from('a'), {}])
    assert.throws(
      () => asked().password(password as string),
      (error) => error instanceof PostgresClientError && error.code === 'ERR_CONFIG',
    );
});
