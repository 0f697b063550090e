import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ColumnValues, columnBuilder } from '../../dist/types/column-values.js';
import { MessageWriter } from '../../dist/wire/message-writer.js';
import { codecOf } from './codec-bytes.js';

function columnOf(name: string, values: readonly unknown[], rowCount = values.length): ColumnValues {
  const codec = codecOf(name);
  const builder = columnBuilder(codec);
  for (const value of values) {
    const writer = new MessageWriter();
    if (value === null) {
      builder.appendNull();
      continue;
    }
    codec.encode(writer, value);
    builder.append(writer.memory, writer.view, 0, writer.length);
  }
  return builder.finish(rowCount);
}

const TYPED: [string, unknown[], object][] = [
  ['bool', [true, false], Uint8Array.of(1, 0)],
  ['int2', [-1, 2], Int16Array.of(-1, 2)],
  ['int4', [-1, 2], Int32Array.of(-1, 2)],
  ['oid', [4294967295], Uint32Array.of(4294967295)],
  ['xid', [1], Uint32Array.of(1)],
  ['int8', [-1n, 2n], BigInt64Array.of(-1n, 2n)],
  ['float4', [0.1], Float32Array.of(0.1)],
  ['float8', [0.1], Float64Array.of(0.1)],
  ['text', ['a', ''], ['a', '']],
  ['date', ['2000-01-31'], ['2000-01-31']],
  ['money', ['$1'], ['$1']],
];

for (const [name, values, array] of TYPED) {
  test(`a column of ${name} is a ${array.constructor.name}, with nulls apart`, () => {
    assert.deepEqual(columnOf(name, values), { values: array, nulls: null });
    const { values: withNull, nulls } = columnOf(name, [...values, null]);
    assert.equal(withNull.length, values.length + 1);
    assert.deepEqual(nulls, Uint8Array.from([...values.map(() => 0), 1]));
    assert.equal(Number(withNull.at(-1)), 0);
  });
}

test('a column without rows is empty', () => {
  assert.deepEqual(columnOf('int4', []), { values: new Int32Array(0), nulls: null });
});

test('a column grows, and so do its nulls', () => {
  const values = Array.from({ length: 1000 }, (_, i) => (i % 300 === 299 ? null : i));
  const { values: column, nulls } = columnOf('int4', values);
  assert.deepEqual(
    column,
    Int32Array.from(values, (value) => value ?? 0),
  );
  assert.deepEqual(
    nulls,
    Uint8Array.from(values, (value) => (value === null ? 1 : 0)),
  );
  assert.equal(column.length, 1000);
});

test('rows behind the last whole one are left out', () => {
  assert.deepEqual(columnOf('int4', [1, 2, null], 2), { values: Int32Array.of(1, 2), nulls: null });
  assert.deepEqual(columnOf('text', ['a', null], 1), { values: ['a'], nulls: null });
});
