import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseServerMessage, type ServerMessage } from '../../dist/wire/server-message.js';

/** A body with these fields: a letter and its text each. */
function body(...fields: readonly string[]): Buffer {
  return Buffer.from(`${fields.map((field) => `${field}\0`).join('')}\0`);
}

function parsed(bytes: Buffer): ServerMessage {
  return parseServerMessage(bytes, 0, bytes.length);
}

const EMPTY: ServerMessage = { severity: 'ERROR', sqlstate: '', message: '' };

test('every field is read', () => {
  const bytes = body(
    ...['SFEHLER', 'VERROR', 'C23505', 'Mdoppelt', 'Dein Detail', 'Hein Hinweis', 'P15', 'p7', 'qselect 1', 'Wdort'],
    ...['sschema', 'ttable', 'ccolumn', 'dtype', 'nconstraint', 'Ffile.c', 'L42', 'Rroutine'],
  );
  assert.deepEqual(parsed(bytes), {
    severity: 'ERROR',
    sqlstate: '23505',
    message: 'doppelt',
    detail: 'ein Detail',
    hint: 'ein Hinweis',
    position: 15,
    internalPosition: 7,
    internalQuery: 'select 1',
    where: 'dort',
    schema: 'schema',
    table: 'table',
    column: 'column',
    dataType: 'type',
    constraint: 'constraint',
    file: 'file.c',
    line: 42,
    routine: 'routine',
  });
});

test('the severity of the language is taken where there is no other', () => {
  assert.equal(parsed(body('SFEHLER')).severity, 'FEHLER');
});

test('letters that nobody knows are passed over', () => {
  assert.deepEqual(parsed(body('Zx', 'Mm', '\x01y', 'Cc')), { ...EMPTY, message: 'm', sqlstate: 'c' });
});

test('no fields, an empty field and one of 64 KiB are read as what they are', () => {
  assert.deepEqual(parsed(Buffer.alloc(0)), EMPTY);
  assert.deepEqual(parsed(body()), EMPTY);
  assert.deepEqual(parsed(body('M', 'D')), { ...EMPTY, detail: '' });
  const long = 'ä'.repeat(32 * 1024);
  assert.equal(parsed(body(`M${long}`, 'Hh')).message, long);
});

test('what has no end is read as far as it goes', () => {
  assert.deepEqual(parsed(Buffer.from('Mm\0Cc')), { ...EMPTY, message: 'm', sqlstate: 'c' });
  assert.deepEqual(parsed(Buffer.from('Mm\0')), { ...EMPTY, message: 'm' });
  assert.deepEqual(parsed(Buffer.from('M')), EMPTY);
  assert.deepEqual(parsed(Buffer.from('Mm\0\0Cc\0\0')), { ...EMPTY, message: 'm' });
});

test('numbers that are none are left out', () => {
  for (const text of ['', '-1', 'x', '1.5', '12345678901']) assert.deepEqual(parsed(body(`P${text}`)), EMPTY);
});

test('bytes that are no UTF-8 are replaced', () => {
  assert.equal(parsed(Buffer.from([0x4d, 0xe4, 0x00, 0x00])).message, '\ufffd');
});

test('nothing outside the body is read, whatever is in it', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.uint8Array({ minLength: 1, maxLength: 20 }), (bytes, around) => {
      const memory = Buffer.concat([around, bytes, around]);
      const inside = parseServerMessage(memory, around.length, around.length + bytes.length);
      assert.deepEqual(inside, parseServerMessage(bytes, 0, bytes.length));
    }),
  );
});
