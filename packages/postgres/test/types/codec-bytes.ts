/** Codecs on bytes: values to bytes, and bytes to values out of the middle of memory that looks differently each time. */
import assert from 'node:assert/strict';
import type { Codec } from '../../dist/types/codec.js';
import { TypeRegistry } from '../../dist/types/registry.js';
import type { TypeOptions } from '../../dist/types/type-options.js';
import { MessageWriter } from '../../dist/wire/message-writer.js';

const BEFORE_BYTES = 5;

/** Every OID of 3.1 and its arrays is below. */
const OIDS_END = 10_000;

/** What the bytes of a value are. */
export function encode(codec: Codec, value: unknown): Uint8Array {
  const writer = new MessageWriter();
  writer.uint8(0xee);
  codec.encode(writer, value);
  return Uint8Array.from(writer.writtenView().subarray(1));
}

/**
 * What the value of bytes is: at the very end of a memory, and with other bytes around it, which must not matter. What
 * is made must not change with the memory that it was made of.
 */
export function decode(codec: Codec, bytes: Uint8Array): unknown {
  const results = [0x00, 0xff, 0x35].flatMap((filling) =>
    [0, 7].map((behindBytes) => decodeWithin(codec, bytes, filling, behindBytes)),
  );
  for (const result of results) assert.deepEqual(result, results[0]);
  const [first] = results;
  if (first instanceof Failure) throw first.error;
  return first;
}

/** What was thrown, to be compared. */
class Failure {
  readonly error: Error;
  constructor(error: Error) {
    this.error = error;
  }
}

function decodeWithin(codec: Codec, bytes: Uint8Array, filling: number, behindBytes: number): unknown {
  const memory = new Uint8Array(BEFORE_BYTES + bytes.length + behindBytes).fill(filling);
  const [start, end] = [BEFORE_BYTES, BEFORE_BYTES + bytes.length];
  memory.set(bytes, start);
  try {
    const value = codec.decode(memory, new DataView(memory.buffer), start, end);
    memory.fill(~filling);
    return value;
  } catch (error) {
    return new Failure(error as Error);
  }
}

/** The codec of a type, by PostgreSQL's name of it. */
export function codecOf(name: string, options?: TypeOptions): Codec {
  const codec = everyCodec(options).find((codec) => codec.name === name);
  assert.ok(codec !== undefined, `no codec of ${name}`);
  return codec;
}

const known = new Map<string, Codec[]>();

/** All that a registry has. */
export function everyCodec(options: TypeOptions = {}): Codec[] {
  const key = JSON.stringify(options);
  const codecs = known.get(key) ?? registered(new TypeRegistry(options));
  known.set(key, codecs);
  return codecs;
}

function registered(registry: TypeRegistry): Codec[] {
  const codecs = Array.from({ length: OIDS_END }, (_, oid) => registry.codecOf(oid));
  return codecs.filter(({ oid }) => oid !== 0);
}

export function hex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
}

export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
