// Runs in an empty project that has nothing but the packed landfall in it: a round trip by `import`.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import * as landfall from 'landfall';
import * as testing from 'landfall/testing';

const { connect, FramedProtocol, lengthPrefixed, listen } = landfall;
const framing = () => lengthPrefixed({ lengthBytes: 4 });
const echo = { frameReceived: (memory, start, end, framed) => framed.writeFrame(memory.subarray(start, end)) };
const server = await listen(
  { host: '127.0.0.1', port: 0 },
  () =>
    new FramedProtocol({
      framing: framing(),
      receiver: { frameReceived: (...frame) => void echo.frameReceived(...frame) },
    }),
);
const answer = await new Promise((resolve, reject) => {
  const receiver = {
    frameReceived: (memory, start, end) => resolve(Buffer.from(memory.subarray(start, end)).toString()),
    connectionLost: (error) => reject(error ?? new Error('the connection ended without an answer')),
  };
  connect(
    { host: '127.0.0.1', port: server.address.port, timeoutMs: 5_000 },
    () => new FramedProtocol({ framing: framing(), receiver }),
  )
    .then(({ protocol }) => protocol.writeFrame(Buffer.from('landed')))
    .catch(reject);
});
assert.equal(answer, 'landed');
await server.closeAll();

// By `require` the very same modules, both entries.
const require = createRequire(import.meta.url);
assert.equal(require('landfall').connect, connect);
assert.deepEqual(Object.keys(require('landfall')), Object.keys(landfall));
assert.deepEqual(Object.keys(require('landfall/testing')), Object.keys(testing));
assert.equal(require('landfall/package.json').name, 'landfall');
assert.equal('default' in landfall, false);
