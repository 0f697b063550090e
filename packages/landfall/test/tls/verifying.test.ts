/** The check of the server's certificate: what it is made for, and what it may do. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect, type TlsOptions } from 'landfall';
import { RecordingProtocol } from 'landfall/testing';
import { hasCode } from '../../dist/testing/codes.js';
import { within } from '../../dist/testing/waiting.js';
import { authority } from '../support/certificates.js';
import { addressOf } from '../support/connections.js';
import { isNode } from '../support/runtime.js';
import { AS_CLIENT, AS_SERVER, plainPair, secureServer } from './secure-pairs.js';

const skip = isNode ? false : 'the runtime makes the check in its own way';

const throwing: TlsOptions = {
  ca: authority,
  checkServerIdentity: () => {
    throw new RangeError('not the pinned one');
  },
};

test('a check of the name that throws refuses the server, and is no uncaught exception', { skip }, async () => {
  const { server } = await secureServer();
  const connecting = connect({ ...addressOf(server), tls: throwing }, () => new RecordingProtocol());
  await assert.rejects(within('connect()', connecting), (error: Error) => {
    assert.ok(hasCode('ERR_LOST')(error));
    assert.ok(error.cause instanceof RangeError);
    return true;
  });
  await server.closeAll();
  const [accepting, asking] = [new RecordingProtocol(), new RecordingProtocol()];
  await using _pair = await plainPair(accepting, asking);
  const answering = accepting.transport.startTls(AS_SERVER);
  answering.catch(() => {
    // In TLS 1.3 the server may have been done when the client refused it.
  });
  const starting = asking.transport.startTls({ ...AS_CLIENT, ...throwing });
  await assert.rejects(within('startTls()', starting), hasCode('ERR_LOST'));
});

test('what only Node refuses fails the call, and is no uncaught exception', { skip }, async () => {
  const { server } = await secureServer();
  const tls = { secureContext: {} };
  const connecting = connect({ ...addressOf(server), tls }, () => new RecordingProtocol());
  await assert.rejects(within('connect()', connecting), hasCode('ERR_LOST'));
  await server.closeAll();
});

test('without a name to ask for, the host is still what the certificate must be for', { skip }, async () => {
  const { server } = await secureServer();
  const { port } = addressOf(server) as { port: number };
  const checked: string[] = [];
  const checkServerIdentity = (hostname: string): undefined => void checked.push(hostname);
  for (const host of ['127.0.0.1', 'localhost']) {
    const tls = { ca: authority, servername: '', checkServerIdentity };
    const { transport } = await connect({ host, port, family: 4, tls }, () => new RecordingProtocol());
    transport.abort();
    assert.equal(checked.at(-1), host);
  }
  const [accepting, asking] = [new RecordingProtocol(), new RecordingProtocol()];
  await using _pair = await plainPair(accepting, asking);
  await assert.rejects(asking.transport.startTls({ ca: authority, servername: '' }), /servername/);
  await server.closeAll();
});
