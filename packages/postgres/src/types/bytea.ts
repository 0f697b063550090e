/** bytea. Rows take theirs from a `ByteBlock`; this is for values inside of others. */
import { copyBytes } from './byte-block.js';
import type { Codec } from './codec.js';
import { typeOf } from './oids.js';
import { wrongKind } from './refusals.js';

export const bytea: Codec<Uint8Array> = {
  ...typeOf('bytea'),
  format: 1,
  fixedBytes: -1,
  decode: (memory, _view, start, end) => copyBytes(memory, start, end),
  encode(writer, value) {
    if (!(value instanceof Uint8Array)) throw wrongKind('bytea', value, 'a Uint8Array');
    writer.bytes(value);
  },
};
