/** bool. */
import type { Codec } from './codec.js';
import { typeOf } from './oids.js';
import { wrongKind } from './refusals.js';

export const bool: Codec<boolean> = {
  ...typeOf('bool'),
  format: 1,
  fixedBytes: 1,
  inline: '(m[p] !== 0)',
  decode: (memory, _view, start) => memory[start] !== 0,
  encode(writer, value) {
    if (typeof value !== 'boolean') throw wrongKind('bool', value, 'a boolean');
    writer.uint8(value ? 1 : 0);
  },
};
