/** connect(): what it takes, and how it fails. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ConnectOptions, connect, listen } from 'landfall';
import { RecordingProtocol } from 'landfall/testing';
import { assertCode, hasCode } from '../../dist/testing/codes.js';
import { loopTurns, within } from '../../dist/testing/waiting.js';
import { addressOf, FAMILIES, freeAddress } from '../support/connections.js';

const factory = (): RecordingProtocol => new RecordingProtocol();

/** A name that is never resolved: connecting to it takes for ever, without a packet being sent. */
const UNRESOLVED: ConnectOptions = { host: 'never.invalid', port: 1, lookup: () => {} };

test('connecting where nobody listens is ERR_LOST with ECONNREFUSED as the cause', async () => {
  const server = await listen(freeAddress('TCP'), factory);
  const where = addressOf(server);
  await within('server.close()', server.close());
  await assert.rejects(within('connect()', connect(where, factory)), (error: unknown) => {
    assertCode(error, 'ERR_LOST');
    assert.equal((error.cause as NodeJS.ErrnoException).code, 'ECONNREFUSED');
    assert.match(error.message, /127\.0\.0\.1/);
    return true;
  });
});

test('connecting to localhost where nobody listens names every address it tried', async () => {
  const server = await listen(freeAddress('TCP'), factory);
  const { port } = addressOf(server) as { port: number };
  await within('server.close()', server.close());
  await assert.rejects(within('connect()', connect({ port }, factory)), (error: unknown) => {
    assertCode(error, 'ERR_LOST');
    assert.match(error.message, /ECONNREFUSED/);
    return true;
  });
});

test('connecting to a Unix path that is not there is ERR_LOST with ENOENT as the cause', async (context) => {
  if (process.platform === 'win32') return context.skip('no Unix sockets by path on Windows');
  await assert.rejects(within('connect()', connect(freeAddress('Unix'), factory)), (error: unknown) => {
    assertCode(error, 'ERR_LOST');
    assert.equal((error.cause as NodeJS.ErrnoException).code, 'ENOENT');
    return true;
  });
});

test('the factory is not called when the connection fails', async () => {
  let made = 0;
  const counting = (): RecordingProtocol => {
    made++;
    return factory();
  };
  const server = await listen(freeAddress('TCP'), factory);
  const where = addressOf(server);
  await server.close();
  await assert.rejects(connect(where, counting), hasCode('ERR_LOST'));
  await assert.rejects(connect({ ...UNRESOLVED, timeoutMs: 10 }, counting), hasCode('ERR_TIMEOUT'));
  assert.equal(made, 0);
});

test('a deadline that passes while connecting is ERR_TIMEOUT', async () => {
  await assert.rejects(within('connect()', connect({ ...UNRESOLVED, timeoutMs: 20 }, factory)), (error: unknown) => {
    assertCode(error, 'ERR_TIMEOUT');
    assert.equal((error as { timeoutMs?: number }).timeoutMs, 20);
    return true;
  });
});

test('a signal that fires while connecting is an AbortError with its reason as the cause', async () => {
  const controller = new AbortController();
  const connecting = within('connect()', connect({ ...UNRESOLVED, signal: controller.signal }, factory));
  await loopTurns(2);
  const reason = new Error('changed my mind');
  controller.abort(reason);
  await assert.rejects(connecting, { name: 'AbortError', code: 'ERR_ABORTED', cause: reason });
});

test('a signal that fired before is an AbortError, and nothing is connected', async () => {
  await using server = await listen(freeAddress('TCP'), factory);
  const reason = { of: 'any type' };
  const connecting = connect({ ...addressOf(server), signal: AbortSignal.abort(reason) }, factory);
  await assert.rejects(connecting, { name: 'AbortError', code: 'ERR_ABORTED', cause: reason });
  await loopTurns();
  assert.equal(server.connections, 0);
});

test('a deadline and a signal are for the connecting only', async () => {
  for (const family of FAMILIES) {
    const controller = new AbortController();
    await using server = await listen(freeAddress(family), factory);
    const options = { ...addressOf(server), timeoutMs: 2_000, signal: controller.signal };
    const { transport, protocol } = await connect(options, factory);
    controller.abort();
    await loopTurns();
    assert.equal(transport.isClosing, false);
    assert.equal(protocol.count('connectionLost'), 0);
    transport.close();
    await within('closed', transport.closed);
  }
});

test('options that are landfall’s own are a TypeError that names them', async () => {
  const wrong: Readonly<Record<string, unknown>> = { onread: {}, allowHalfOpen: true, fd: 3, handle: {} };
  for (const [name, value] of Object.entries(wrong)) {
    await assert.rejects(connect({ port: 1, [name]: value } as never, factory), (error: unknown) => {
      assert.ok(error instanceof TypeError);
      assert.match(error.message, new RegExp(name));
      return true;
    });
    await assert.rejects(listen({ port: 0, [name]: value } as never, factory), TypeError);
  }
});

test('neither a port nor a path is a TypeError', async () => {
  await assert.rejects(connect({}, factory), TypeError);
  await assert.rejects(connect({ host: '127.0.0.1' }, factory), TypeError);
  await assert.rejects(listen({}, factory), TypeError);
});

test('an impossible port or deadline is a RangeError', async () => {
  await assert.rejects(connect({ host: '127.0.0.1', port: 70_000 }, factory), RangeError);
  await assert.rejects(connect({ host: '127.0.0.1', port: 1, timeoutMs: -1 }, factory), RangeError);
  await assert.rejects(connect({ host: '127.0.0.1', port: 1, timeoutMs: Number.NaN }, factory), RangeError);
});

test('connect() gives the very protocol that its factory made, which was told first', async () => {
  await using server = await listen(freeAddress('TCP'), factory);
  const made = factory();
  const { transport, protocol } = await connect(addressOf(server), () => made);
  assert.equal(protocol, made);
  assert.deepEqual(
    made.calls.filter((call) => call !== 'getBuffer'),
    ['connectionMade'],
  );
  assert.equal(made.transport, transport);
  transport.abort();
  await within('closed', transport.closed);
});

test('bytes that came with the connection reach a protocol, even when its maker waits before it looks', async () => {
  await using server = await listen(freeAddress('TCP'), () => {
    const greeter = new RecordingProtocol({ connectionMade: (transport) => void transport.write('greeting') });
    return greeter;
  });
  const { transport, protocol } = await connect(addressOf(server), factory);
  await loopTurns();
  await protocol.untilBytes(8);
  assert.equal(protocol.receivedCopy().toString(), 'greeting');
  transport.close();
  await within('closed', transport.closed);
});
