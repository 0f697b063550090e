/** What is asked of TLS is looked at before there is a connection. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect, listen } from 'landfall';
import { RecordingProtocol } from 'landfall/testing';
import { authority, server as serverIdentity } from '../support/certificates.js';

const factory = (): RecordingProtocol => new RecordingProtocol();

test('options that do not fit are a TypeError that names them', async () => {
  const client: readonly unknown[] = [
    false,
    'tls',
    null,
    { socket: {} },
    { handshakeTimeout: 1 },
    { requestCert: true },
    { SNICallback: () => {} },
    { ALPNProtocols: 'h2' },
    { ALPNProtocols: [5] },
    { session: 'text' },
    { servername: 5 },
    { checkServerIdentity: 'no' },
    { onSession: {} },
    { pskCallback: 5 },
    { enableTrace: 1 },
  ];
  for (const tls of client) await assert.rejects(connect({ port: 1, tls } as never, factory), TypeError);
  for (const tls of [true, {}, { ...serverIdentity, servername: 'x' }, { ...serverIdentity, onread: {} }])
    await assert.rejects(listen({ port: 0, tls } as never, factory), TypeError);
  for (const handshakeTimeoutMs of [0, -1, Number.NaN, 2 ** 31])
    await assert.rejects(connect({ port: 1, tls: { handshakeTimeoutMs } }, factory), RangeError);
  for (const tls of [{ ALPNProtocols: ['x'.repeat(256)] }, { ALPNProtocols: [''] }, { minDHSize: 0 }])
    await assert.rejects(connect({ port: 1, tls }, factory), RangeError);
});

test('names of files in place of what is in them, and a certificate without its key, are a TypeError that says so', async () => {
  const pem = { message: /PEM/, name: 'TypeError' };
  const tls = { ...serverIdentity, ca: [authority, 'ca.pem'] };
  await assert.rejects(listen({ port: 0, tls }, factory), pem);
  await assert.rejects(connect({ port: 1, tls: { ca: 'ca.pem' } }, factory), pem);
  const bare = listen({ port: 0, tls: { cert: serverIdentity.cert } }, factory);
  await assert.rejects(bare, { message: /key/, name: 'TypeError' });
});
