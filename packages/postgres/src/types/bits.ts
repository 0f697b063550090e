/** bit and varbit, as strings of 0 and 1. */
import { DecodeError, EncodeError } from '../errors.js';
import type { Codec } from './codec.js';
import { type TypeName, typeOf } from './oids.js';
import { wrongKind } from './refusals.js';

const EIGHT_BITS = Array.from({ length: 256 }, (_, byte) => byte.toString(2).padStart(8, '0'));

export const bit: Codec<string> = bitCodec('bit');
export const varbit: Codec<string> = bitCodec('varbit');

function bitCodec(name: TypeName): Codec<string> {
  return {
    ...typeOf(name),
    format: 1,
    fixedBytes: -1,
    decode(memory, view, start, end) {
      if (end - start < 4) throw new DecodeError(name, 'shorter than its header');
      const bits = view.getInt32(start);
      if (bits < 0 || end - start - 4 !== Math.ceil(bits / 8))
        throw new DecodeError(name, 'not as many bits as it says');
      let text = '';
      for (let i = start + 4; i < end; i++) text += EIGHT_BITS[memory[i]!]!;
      return text.slice(0, bits);
    },
    encode(writer, value) {
      if (typeof value !== 'string') throw wrongKind(name, value, 'a string of 0 and 1');
      if (!/^[01]*$/.test(value)) throw new EncodeError(name, 'a string of anything but 0 and 1');
      writer.int32(value.length);
      for (let i = 0; i < value.length; i += 8) {
        writer.uint8(Number.parseInt(value.slice(i, i + 8).padEnd(8, '0'), 2));
      }
    },
  };
}
