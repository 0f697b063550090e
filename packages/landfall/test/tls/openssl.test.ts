/** Against OpenSSL's own client and server. */
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { connect, listen } from 'landfall';
import { RecordingProtocol } from 'landfall/testing';
import { assertCode } from '../../dist/testing/codes.js';
import { within } from '../../dist/testing/waiting.js';
import {
  authority,
  certificatePath,
  client as clientIdentity,
  server as serverIdentity,
} from '../support/certificates.js';
import { addressOf, freeAddress } from '../support/connections.js';
import { RunningProgram, unlessMissing } from '../support/running-programs.js';
import { isNode } from '../support/runtime.js';
import { echo, secureServer, tlsOf } from './secure-pairs.js';

const { skip } = unlessMissing('openssl', ['version'], 'there is no openssl here');
const VERSIONS = ['tls1_2', 'tls1_3'] as const;

/** One that nobody listens on, a moment ago at least: s_server does not say which it took. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await within('a free port', new Promise((resolve) => server.once('listening', resolve)));
  const { port } = addressOf({ address: server.address()! }) as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function identityArguments(name: string): string[] {
  return ['-cert', certificatePath(`${name}.pem`), '-key', certificatePath(`${name}.key`)];
}

for (const version of VERSIONS) {
  test(`s_client talks to listen, with ALPN, SNI and a certificate of its own (${version})`, { skip }, async () => {
    const { server, protocols } = await secureServer(
      { tls: { ...serverIdentity, ALPNProtocols: ['landfall'], requestCert: true, ca: authority } },
      () => echo(),
    );
    const { port } = addressOf(server) as { port: number };
    await using program = new RunningProgram('openssl', [
      ...['s_client', '-connect', `127.0.0.1:${port}`, `-${version}`, '-CAfile', certificatePath('ca.pem')],
      ...['-servername', 'localhost', '-verify_return_error', '-verify_hostname', 'localhost', '-alpn', 'landfall'],
      ...identityArguments('client'),
      '-quiet',
      '-no_ign_eof',
    ]);
    program.write('hello from openssl\n');
    await program.untilPrinted(/hello from openssl/);
    const tls = tlsOf(protocols[0]!.transport);
    assert.equal(tls.protocol, version === 'tls1_2' ? 'TLSv1.2' : 'TLSv1.3');
    assert.equal(tls.servername, 'localhost');
    assert.equal(tls.alpnProtocol, 'landfall');
    assert.equal(tls.authorized, true);
    program.end();
    await protocols[0]!.until('connectionLost');
    // At the end of its input s_client says that it closes.
    assert.equal(protocols[0]!.lostWith, null);
    assert.equal(protocols[0]!.count('eofReceived'), 1);
    await server.closeAll();
  });

  test(`connect talks to s_server, which verifies its certificate (${version})`, { skip }, async () => {
    const port = await freePort();
    await using program = new RunningProgram('openssl', [
      ...['s_server', '-accept', `127.0.0.1:${port}`, `-${version}`, ...identityArguments('server')],
      ...['-CAfile', certificatePath('ca.pem'), '-Verify', '1', '-verify_return_error', '-alpn', 'landfall', '-rev'],
    ]);
    await program.untilPrinted(/ACCEPT/);
    const tls = { ca: authority, servername: 'localhost', ALPNProtocols: ['landfall'], ...clientIdentity };
    const { transport, protocol } = await connect({ host: '127.0.0.1', port, tls }, () => new RecordingProtocol());
    assert.equal(tlsOf(transport).alpnProtocol, 'landfall');
    assert.equal(tlsOf(transport).authorized, true);
    transport.write('reversed\n');
    await protocol.untilBytes(9);
    assert.equal(protocol.receivedCopy().toString(), 'desrever\n');
    transport.close();
    await within('closed', transport.closed);
    assert.equal(protocol.lostWith, null);
  });
}

test('s_server that is killed in the middle is a typed error', {
  skip: skip || (!isNode && 'this runtime does not tell an end without a close_notify'),
}, async () => {
  const port = await freePort();
  const program = new RunningProgram('openssl', [
    's_server',
    '-accept',
    `127.0.0.1:${port}`,
    ...identityArguments('server'),
  ]);
  await program.untilPrinted(/ACCEPT/);
  const tls = { ca: authority };
  const { protocol } = await connect({ host: '127.0.0.1', port, tls }, () => new RecordingProtocol());
  program.write('some words\n');
  await protocol.untilBytes(11);
  await program[Symbol.asyncDispose]();
  await protocol.until('connectionLost');
  assertCode(protocol.lostWith, 'ERR_INCOMPLETE');
});

test('s_client upgrades in the way of SMTP', { skip }, async () => {
  const protocol: RecordingProtocol = new RecordingProtocol({
    connectionMade: (transport) => void transport.write('220 ready\r\n'),
    received: (bytesView) => {
      const line = Buffer.from(bytesView).toString();
      if (line.startsWith('EHLO')) protocol.transport.write('250-here\r\n250 STARTTLS\r\n');
      else if (line.startsWith('STARTTLS')) {
        protocol.transport.write('220 go ahead\r\n');
        void protocol.transport.startTls({ ...serverIdentity, isServer: true });
      } else protocol.transport.write(`secret ${line}`);
    },
  });
  const server = await listen(freeAddress('TCP'), () => protocol);
  const { port } = addressOf(server) as { port: number };
  await using program = new RunningProgram('openssl', [
    ...['s_client', '-connect', `127.0.0.1:${port}`, '-starttls', 'smtp', '-CAfile', certificatePath('ca.pem')],
    ...['-verify_return_error', '-verify_hostname', 'localhost', '-quiet', '-no_ign_eof'],
  ]);
  program.write('hello\n');
  await program.untilPrinted(/secret hello/);
  assert.equal(tlsOf(protocol.transport).protocol, 'TLSv1.3');
  program.end();
  await protocol.until('connectionLost');
  assert.equal(protocol.lostWith, null);
  await server.closeAll();
});
