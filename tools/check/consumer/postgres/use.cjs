// The same project by `require` alone, without a flag, as a CommonJS application has it.
const assert = require('node:assert/strict');
const { ConnectionError, connect, createPool, PostgresError } = require('@landfall/postgres');

for (const value of [ConnectionError, connect, createPool, PostgresError]) assert.equal(typeof value, 'function');
assert.ok(new ConnectionError('ERR_LOST', 'planted', true) instanceof Error);
