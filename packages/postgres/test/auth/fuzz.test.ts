import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Authentication } from '../../dist/auth/authentication.js';
import { PostgresClientError } from '../../dist/errors.js';

const bytes = fc.uint8Array({ maxLength: 80 });
const scramText = fc
  .array(
    fc.constantFrom('r=', 's=', 'i=', 'v=', 'e=', 'm=', 'nonce', 'x', ',', '=', 'QUJD', '4096', '9999999', '\0', 'ü'),
    {
      maxLength: 12,
    },
  )
  .map((parts) => Buffer.from(parts.join('')));
const mechanisms = fc
  .array(fc.constantFrom('SCRAM-SHA-256', 'SCRAM-SHA-256-PLUS', 'X', '', '\0'), { maxLength: 4 })
  .map((names) => Buffer.from(names.map((name) => `${name}\0`).join('')));
const requests = fc.array(fc.tuple(fc.integer({ min: -1, max: 14 }), fc.oneof(bytes, scramText, mechanisms)), {
  maxLength: 5,
});
const options = fc.record({
  encrypted: fc.boolean(),
  endPoint: fc.constantFrom(null, Buffer.alloc(32)),
  channelBinding: fc.constantFrom('disable', 'prefer', 'require'),
  requireAuth: fc.constantFrom(undefined, ['scram-sha-256'], ['none', 'md5']),
});

test('whatever a server asks for, it is answered, or ended with an error of the driver', () => {
  fc.assert(
    fc.property(options, requests, (channel, messages) => {
      const auth = new Authentication({ user: 'u', nonce: 'nonce', ...channel });
      try {
        for (const [code, body] of messages) {
          const step = auth.request(code, body);
          if (step.kind === 'needsPassword') auth.password('password');
          if (step.kind === 'needsSaltedPassword') auth.saltedPassword(Buffer.alloc(32));
        }
      } catch (error) {
        assert.ok(error instanceof PostgresClientError, String(error));
        assert.doesNotMatch(error.message, /password'/);
      }
    }),
    { numRuns: 2000 },
  );
});
