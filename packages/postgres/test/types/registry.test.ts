import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TypeRegistry } from '../../dist/types/registry.js';
import type { TypeOptions } from '../../dist/types/type-options.js';
import { decode, encode, everyCodec } from './codec-bytes.js';

test('every type has one codec, and its arrays have theirs', () => {
  const codecs = everyCodec();
  assert.equal(new Set(codecs.map(({ oid }) => oid)).size, codecs.length);
  assert.equal(new Set(codecs.map(({ name }) => name)).size, codecs.length);
  for (const { name, arrayOid } of codecs) {
    if (arrayOid !== 0) assert.equal(codecs.find(({ oid }) => oid === arrayOid)?.name, `_${name}`);
  }
});

test('a type that is not known is text', () => {
  const codec = new TypeRegistry().codecOf(123_456);
  assert.deepEqual([codec.oid, codec.format], [0, 0]);
  assert.equal(decode(codec, Buffer.from('{a,b}')), '{a,b}');
  assert.equal(Buffer.from(encode(codec, 'happy')).toString(), 'happy');
});

test('an option that does not exist, or cannot be that, is refused', () => {
  for (const options of [
    { Int8: 'number' },
    { int8: 'Number' },
    { json: true },
    { internText: 'no' },
    { date: null },
  ]) {
    assert.throws(() => new TypeRegistry(options as TypeOptions), { code: 'ERR_CONFIG', message: /types/ });
  }
  assert.ok(new TypeRegistry({ int8: undefined, internText: false }));
});

test('the expression of a codec says what its decoder says', () => {
  const memory = Uint8Array.from({ length: 16 }, (_, i) => i * 37 + 130);
  const view = new DataView(memory.buffer);
  const inlined = everyCodec({ float4: 'exact' }).filter(({ inline }) => inline !== undefined);
  assert.deepEqual(inlined.map(({ name }) => name).sort(), INLINED);
  for (const codec of inlined) {
    const read = new Function('m', 'v', 'p', `return ${codec.inline}`);
    for (let p = 0; p < 8; p++) {
      assert.deepEqual(read(memory, view, p), codec.decode(memory, view, p, p + codec.fixedBytes), codec.name);
    }
  }
});

const INLINED = ['bool', 'char', 'cid', 'float4', 'float8', 'int2', 'int4', 'int8', 'oid', 'xid', 'xid8'];

test('an option that wants another value leaves no expression that makes the default one', () => {
  const changed = everyCodec({ int8: 'string', float4: 'shortest' });
  for (const name of ['int8', 'xid8', 'float4']) {
    assert.equal(changed.find((codec) => codec.name === name)?.inline, undefined);
  }
});
