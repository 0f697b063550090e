/**
 * record: rows as values, `ROW(1, 'x')`, which say themselves what their fields are. They can only be received.
 *
 *     count | OID | length | field | OID | length | field | …
 */
import { DecodeError, EncodeError } from '../errors.js';
import { copyBytes } from './byte-block.js';
import type { Codec } from './codec.js';
import { decodeNested, NULL_LENGTH, nestedLength } from './nested-value.js';
import { typeOf } from './oids.js';
import { untrackedArray } from './untracked-array.js';

/** An OID and a length. */
const FIELD_HEADER_BYTES = 8;
/** A record may hold records. Each level takes part of the stack. */
const DEPTH_MAX = 100;

/**
 * The codec of records: arrays of their fields.
 *
 * @param codecOf Knows the codec of an OID. A field whose type has no binary one is its bytes: nobody asked the server
 *   for text.
 */
export function recordCodec(codecOf: (oid: number) => Codec): Codec<unknown[]> {
  let depth = 0;

  function decode(memory: Uint8Array, view: DataView, start: number, end: number): unknown[] {
    const count = end - start < 4 ? -1 : view.getInt32(start);
    if (count < 0 || count * FIELD_HEADER_BYTES > end - start - 4) malformed('fewer fields than it says');
    if (depth === DEPTH_MAX) malformed('too many records inside of each other');
    depth++;
    try {
      return readFields(memory, view, start + 4, end, count);
    } finally {
      depth--;
    }
  }

  function readFields(memory: Uint8Array, view: DataView, start: number, end: number, count: number): unknown[] {
    const fields = untrackedArray();
    let p = start;
    for (let i = 0; i < count; i++) {
      if (end - p < FIELD_HEADER_BYTES) malformed('fewer fields than it says');
      const codec = codecOf(view.getUint32(p));
      const bytes = nestedLength('record', view, p + 4, end);
      p += FIELD_HEADER_BYTES;
      if (bytes === NULL_LENGTH) {
        fields.push(null);
        continue;
      }
      const isKnown = codec.format === 1;
      fields.push(isKnown ? decodeNested(codec, memory, view, p, p + bytes) : copyBytes(memory, p, p + bytes));
      p += bytes;
    }
    if (p !== end) malformed('bytes behind its last field');
    return fields;
  }

  return {
    ...typeOf('record'),
    format: 1,
    fixedBytes: -1,
    decode,
    encode() {
      throw new EncodeError('record', 'PostgreSQL takes none; name a type of the database');
    },
  };
}

function malformed(problem: string): never {
  throw new DecodeError('record', problem);
}
