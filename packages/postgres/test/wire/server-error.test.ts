import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { PostgresError } from '../../dist/wire/server-error.js';
import {
  IntegrityConstraintViolationError,
  ServerInternalError,
  SyntaxOrAccessError,
  serverError,
  TransactionRollbackError,
} from '../../dist/wire/sqlstate-classes.js';

/** The classes of PostgreSQL's appendix A but 00. */
const CLASSES =
  '01 02 03 08 09 0A 0B 0F 0L 0P 0Z 10 20 21 22 23 24 25 26 27 28 2B 2D 2F 34 38 39 3B 3D 3F 40 42 44 53 54 55 57 58 72 F0 HV P0 XX'.split(
    ' ',
  );

function errorOf(sqlstate: string): PostgresError {
  return serverError({ severity: 'ERROR', sqlstate, message: 'm' });
}

test('each class of SQLSTATE has a class of its own', () => {
  const names = new Set(CLASSES.map((start) => errorOf(`${start}000`).name));
  assert.equal(names.size, CLASSES.length);
  assert.ok(!names.has('PostgresError'));
  for (const start of CLASSES) {
    const error = errorOf(`${start}123`);
    assert.ok(error instanceof PostgresError && error instanceof Error);
    assert.equal(error.name, error.constructor.name);
  }
});

test('the class is found by its first two characters', () => {
  assert.ok(errorOf('23505') instanceof IntegrityConstraintViolationError);
  assert.ok(errorOf('40001') instanceof TransactionRollbackError);
  assert.ok(errorOf('42P01') instanceof SyntaxOrAccessError);
  assert.ok(errorOf('XX000') instanceof ServerInternalError);
});

test('a class that nobody knows is a plain PostgresError', () => {
  for (const sqlstate of ['', '0', '00000', 'ZZ999', '4', '_p', 'constructor'])
    assert.equal(errorOf(sqlstate).constructor, PostgresError);
});

test('an error has the fields that were sent, and no others', () => {
  const error = serverError({ severity: 'FATAL', sqlstate: '28P01', message: 'no', routine: 'auth_failed', line: 7 });
  assert.equal(error.message, 'no');
  assert.equal(error.severity, 'FATAL');
  assert.equal(error.code, '28P01');
  assert.equal(error.routine, 'auth_failed');
  assert.equal(error.line, 7);
  assert.equal(error.detail, undefined);
  assert.deepEqual(Object.keys(error).sort(), ['line', 'name', 'routine', 'severity', 'sqlstate']);
  assert.match(inspect(error), /InvalidAuthorizationError: no/);
});

test('a transaction that lost to another can be run again', () => {
  for (const sqlstate of ['40001', '40P01']) assert.equal(errorOf(sqlstate).isRetryable, true);
  for (const sqlstate of ['40000', '40002', '40003', '23505', '']) assert.equal(errorOf(sqlstate).isRetryable, false);
});
