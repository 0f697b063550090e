/** uuid, as its usual text. */
import { EncodeError } from '../errors.js';
import type { Codec } from './codec.js';
import { hexDigit } from './hex.js';
import { typeOf } from './oids.js';
import { wrongKind } from './refusals.js';
import { decodeAscii } from './text-decoding.js';

const BYTES = 16;
const HYPHEN = 0x2d;
/** Where the text of each byte begins. */
const PLACES = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];
/** The text that is made, again and again. */
const scratch = new Uint8Array(36).fill(HYPHEN);

export const uuid: Codec<string> = {
  ...typeOf('uuid'),
  format: 1,
  fixedBytes: BYTES,
  decode(memory, _view, start) {
    for (let i = 0; i < BYTES; i++) {
      const byte = memory[start + i]!;
      scratch[PLACES[i]!] = hexDigit(byte >> 4);
      scratch[PLACES[i]! + 1] = hexDigit(byte & 15);
    }
    return decodeAscii(scratch, 0, scratch.length);
  },
  encode(writer, value) {
    if (typeof value !== 'string') throw wrongKind('uuid', value, 'a string');
    const isUuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(value);
    if (!isUuid && !/^[0-9a-f]{32}$/i.test(value)) throw new EncodeError('uuid', 'a string that is no UUID');
    const digits = value.replaceAll('-', '');
    for (let i = 0; i < BYTES; i++) writer.uint8(Number.parseInt(digits.slice(i * 2, i * 2 + 2), 16));
  },
};
