import assert from 'node:assert/strict';
import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { test } from 'node:test';
import { type ChannelBindingChoice, SCRAM_ITERATIONS_MAX, ScramExchange } from '../../dist/auth/scram.js';
import { ConnectionError, ProtocolError } from '../../dist/errors.js';

const NONCE = 'rOprNGfwEbeRWgbNEkqO';
const SERVER_NONCE = `${NONCE}%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0`;
const SALT = 'W22ZaJ0SNY7soEsUEjb6gQ==';
const SERVER_FIRST = `r=${SERVER_NONCE},s=${SALT},i=4096`;
const UNSUPPORTED: ChannelBindingChoice = { kind: 'unsupported' };

function salted(password: string, salt: Uint8Array, iterations: number): Buffer {
  return pbkdf2Sync(password, salt, iterations, 32, 'sha256');
}

function started(binding: ChannelBindingChoice = UNSUPPORTED): ScramExchange {
  const exchange = new ScramExchange(binding, NONCE, 'user');
  exchange.clientFirst();
  return exchange;
}

/** An exchange that waits for the last message. */
function proved(): ScramExchange {
  const exchange = started();
  const { salt, iterations } = exchange.serverFirst(SERVER_FIRST);
  exchange.clientFinal(salted('pencil', salt, iterations));
  return exchange;
}

function protocolError(run: () => unknown): void {
  assert.throws(run, (error) => error instanceof ProtocolError);
}

function authError(run: () => unknown, message: RegExp): void {
  assert.throws(
    run,
    (error) => error instanceof ConnectionError && error.code === 'ERR_AUTH' && message.test(error.message),
  );
}

test('the example of RFC 7677 is spoken word by word', () => {
  const exchange = new ScramExchange(UNSUPPORTED, NONCE, 'user');
  assert.equal(exchange.clientFirst(), `n,,n=user,r=${NONCE}`);
  const { salt, iterations } = exchange.serverFirst(SERVER_FIRST);
  assert.equal(Buffer.from(salt).toString('base64'), SALT);
  assert.equal(iterations, 4096);
  assert.equal(
    exchange.clientFinal(salted('pencil', salt, iterations)),
    `c=biws,r=${SERVER_NONCE},p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=`,
  );
  exchange.serverFinal('v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=');
});

test('with PostgreSQL there is no user in the exchange', () => {
  assert.equal(new ScramExchange(UNSUPPORTED, 'n').clientFirst(), 'n,,n=,r=n');
});

test('what is said about the channel is said again with the proof', () => {
  const endPoint = createHash('sha256').update('certificate').digest();
  const cases: readonly (readonly [ChannelBindingChoice, string, Buffer])[] = [
    [UNSUPPORTED, 'n,,', Buffer.from('n,,')],
    [{ kind: 'unoffered' }, 'y,,', Buffer.from('y,,')],
    [
      { kind: 'bound', endPoint },
      'p=tls-server-end-point,,',
      Buffer.concat([Buffer.from('p=tls-server-end-point,,'), endPoint]),
    ],
  ];
  for (const [binding, header, sent] of cases) {
    const exchange = new ScramExchange(binding, NONCE);
    assert.ok(exchange.clientFirst().startsWith(`${header}n=`));
    exchange.serverFirst(SERVER_FIRST);
    assert.ok(exchange.clientFinal(Buffer.alloc(32)).startsWith(`c=${sent.toString('base64')},r=`));
  }
});

test('a server can tell a right proof from a wrong one, with any binding', () => {
  for (const binding of [UNSUPPORTED, { kind: 'bound', endPoint: Buffer.from('x') }] as const) {
    const exchange = new ScramExchange(binding, NONCE);
    const first = exchange.clientFirst();
    exchange.serverFirst(SERVER_FIRST);
    const key = salted('pencil', Buffer.from(SALT, 'base64'), 4096);
    const final = exchange.clientFinal(key);
    const [withoutProof = '', proof = ''] = final.split(',p=');
    const hmac = (secret: Uint8Array, text: string): Buffer => createHmac('sha256', secret).update(text).digest();
    const message = `${first.slice(first.indexOf('n='))},${SERVER_FIRST},${withoutProof}`;
    const clientKey = hmac(key, 'Client Key');
    const signature = hmac(createHash('sha256').update(clientKey).digest(), message);
    assert.deepEqual(
      Buffer.from(proof, 'base64').map((byte, i) => byte ^ signature[i]!),
      clientKey,
    );
    exchange.serverFinal(`v=${hmac(hmac(key, 'Server Key'), message).toString('base64')}`);
  }
});

test('a nonce that does not extend the one sent is refused', () => {
  for (const nonce of ['other', NONCE, NONCE.slice(1), `x${NONCE}`])
    protocolError(() => started().serverFirst(`r=${nonce},s=${SALT},i=4096`));
});

test('iterations are a number from 1 to the limit', () => {
  for (const text of ['', '0', '-1', '04096', '4096.0', '1e3', 'NaN', '0x10', ' 1', '4096,m=x'])
    protocolError(() => started().serverFirst(`r=${SERVER_NONCE},s=${SALT},i=${text}`));
  for (const text of [`${SCRAM_ITERATIONS_MAX + 1}`, '1000000000000', '9'.repeat(500)])
    authError(() => started().serverFirst(`r=${SERVER_NONCE},s=${SALT},i=${text}`), /iterations/);
  for (const iterations of [1, SCRAM_ITERATIONS_MAX])
    assert.equal(started().serverFirst(`r=${SERVER_NONCE},s=${SALT},i=${iterations}`).iterations, iterations);
});

test('a first message with something missing, twice, or in another order is refused', () => {
  for (const text of [
    '',
    `r=${SERVER_NONCE}`,
    `r=${SERVER_NONCE},s=${SALT}`,
    `r=${SERVER_NONCE},i=4096`,
    `s=${SALT},i=4096`,
    `s=${SALT},r=${SERVER_NONCE},i=4096`,
    `m=x,${SERVER_FIRST}`,
    `${SERVER_FIRST},i=4096`,
    `${SERVER_FIRST}\n`,
    `r=${SERVER_NONCE}\u0080,s=${SALT},i=4096`,
  ])
    protocolError(() => started().serverFirst(text));
});

test('a salt that is no base64, or empty, is refused', () => {
  for (const salt of ['', 'W22ZaJ0SNY7soEsUEjb6gQ', 'W22Z aJ0S', '!!!!', 'W22ZaJ0SNY7soEsUEjb6gR=='])
    protocolError(() => started().serverFirst(`r=${SERVER_NONCE},s=${salt},i=4096`));
});

test('a wrong signature of the server is found out', () => {
  authError(() => proved().serverFinal(`v=${Buffer.alloc(32).toString('base64')}`), /does not know the password/);
});

test('a last message that is none is refused', () => {
  for (const text of [
    '',
    'v=',
    'v=AAAA',
    'x=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=',
    `v=${'A'.repeat(44)}`,
    'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=,x',
  ])
    protocolError(() => proved().serverFinal(text));
});

test('what a server ends the exchange with is passed on', () => {
  authError(() => started().serverFirst('e=other-error'), /ended SCRAM: other-error/);
  authError(() => proved().serverFinal('e=invalid-proof'), /ended SCRAM: invalid-proof/);
  protocolError(() => proved().serverFinal(`e=${'x'.repeat(101)}`));
});
