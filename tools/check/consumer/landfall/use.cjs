// The same project by `require` alone, without a flag, as a CommonJS application has it.
const assert = require('node:assert/strict');
const { connect, FramedProtocol, LandfallError, lengthPrefixed, listen } = require('landfall');
require('landfall/testing');

for (const value of [connect, FramedProtocol, LandfallError, lengthPrefixed, listen])
  assert.equal(typeof value, 'function');
assert.ok(new LandfallError('ERR_LOST', 'planted') instanceof Error);
