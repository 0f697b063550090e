/** Against Python's ssl and asyncio, in both directions. */
import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { connect, listen } from 'landfall';
import { RecordingBufferedProtocol, RecordingProtocol } from 'landfall/testing';
import { assertCode } from '../../dist/testing/codes.js';
import { noise } from '../../dist/testing/random.js';
import { within } from '../../dist/testing/waiting.js';
import { authority, certificatePath, server as serverIdentity } from '../support/certificates.js';
import { addressOf, freeAddress } from '../support/connections.js';
import { RunningProgram, unlessMissing } from '../support/running-programs.js';
import { isNode } from '../support/runtime.js';
import { AS_CLIENT, AS_SERVER, echo, secureServer, tlsOf } from './secure-pairs.js';

// asyncio's streams have start_tls since then.
const NEWEST_NEEDED = 'import asyncio, ssl; asyncio.StreamWriter.start_tls';
const { skip } = unlessMissing('python3', ['-c', NEWEST_NEEDED], 'there is no python3 from 3.11 on here');
const SCRIPT = fileURLToPath(new URL('../../test/tls/peer.py', import.meta.url));

function python(role: string, port = 0): RunningProgram {
  return new RunningProgram('python3', [SCRIPT, role, String(port), dirname(certificatePath('ca.pem'))]);
}

async function portOf(program: RunningProgram): Promise<number> {
  const [, port] = await program.untilPrinted(/port (\d+)/);
  return Number(port);
}

for (const face of ['Protocol', 'BufferedProtocol'] as const) {
  test(`asyncio’s client talks to listen (${face})`, { skip }, async () => {
    const tls = { ...serverIdentity, ALPNProtocols: ['landfall'], requestCert: true, ca: authority };
    const { server, protocols } = await secureServer({ tls }, () => echo(face));
    await using program = python('client', (addressOf(server) as { port: number }).port);
    await program.untilPrinted(/alpn landfall version TLSv1.3\nsame\nclosed/);
    assert.equal(await program.untilEnd(), 0);
    await protocols[0]!.until('connectionLost');
    assert.equal(protocols[0]!.lostWith, null);
    assert.equal(protocols[0]!.count('eofReceived'), 1);
    await server.closeAll();
  });

  test(`connect talks to asyncio’s BufferedProtocol (${face})`, { skip }, async () => {
    await using program = python('server');
    const port = await portOf(program);
    const made = face === 'Protocol' ? new RecordingProtocol() : new RecordingBufferedProtocol();
    const tls = { ca: authority, servername: 'localhost', ALPNProtocols: ['landfall'] };
    const { transport, protocol } = await connect({ host: '127.0.0.1', port, tls }, () => made);
    assert.equal(tlsOf(transport).alpnProtocol, 'landfall');
    const sent = noise(3_000_000);
    transport.write(sent);
    await protocol.untilBytes(sent.length);
    assert.ok(protocol.receivedCopy().equals(sent));
    transport.close();
    await within('closed', transport.closed);
    assert.equal(protocol.lostWith, null);
    await program.untilPrinted(/lost None/);
  });
}

test('asyncio’s client upgrades a connection to ours', { skip }, async () => {
  const protocol: RecordingProtocol = new RecordingProtocol({
    received: (bytesView) => {
      const { transport } = protocol;
      if (protocol.count('dataReceived') > 1) return void transport.write(bytesView);
      transport.write('go ahead\n');
      void transport.startTls(AS_SERVER);
    },
  });
  const server = await listen(freeAddress('TCP'), () => protocol);
  await using program = python('start_tls_client', (addressOf(server) as { port: number }).port);
  await program.untilPrinted(/clear go ahead\nsame\nclosed/);
  await protocol.until('connectionLost');
  assert.equal(protocol.lostWith, null);
  await server.closeAll();
});

test('our client upgrades a connection to asyncio’s', { skip }, async () => {
  await using program = python('start_tls_server');
  const port = await portOf(program);
  const { transport, protocol } = await connect({ host: '127.0.0.1', port }, () => new RecordingBufferedProtocol());
  transport.write('STARTTLS\n');
  await protocol.untilBytes(9);
  await within('startTls()', transport.startTls(AS_CLIENT));
  const sent = noise(2_000_000);
  transport.write(sent);
  await protocol.untilBytes(9 + sent.length);
  assert.ok(protocol.receivedCopy().subarray(9).equals(sent));
  transport.close();
  await within('closed', transport.closed);
  assert.equal(protocol.lostWith, null);
  await program.untilPrinted(/end/);
});

test('a blocking SSLSocket that leaves without a close_notify is told apart', {
  skip: skip || (!isNode && 'this runtime does not tell an end without a close_notify'),
}, async () => {
  const { server, protocols } = await secureServer({}, () => echo());
  await using program = python('abrupt_client', (addressOf(server) as { port: number }).port);
  await program.untilPrinted(/got half of it/);
  await protocols[0]!.until('connectionLost');
  assertCode(protocols[0]!.lostWith, 'ERR_INCOMPLETE');
  await server.closeAll();
});
