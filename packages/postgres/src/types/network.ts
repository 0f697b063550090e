/** inet, cidr, macaddr and macaddr8, as PostgreSQL writes them. */
import { DecodeError, EncodeError } from '../errors.js';
import type { Codec } from './codec.js';
import { hexPairs } from './hex.js';
import { addressText, parseAddress } from './internet-address.js';
import { type TypeName, typeOf } from './oids.js';
import { wrongKind } from './refusals.js';

const HEADER_BYTES = 4;
const FAMILY_V4 = 2;
const FAMILY_V6 = 3;

export const inet: Codec<string> = addressCodec('inet');
export const cidr: Codec<string> = addressCodec('cidr');
export const macaddr: Codec<string> = macCodec('macaddr', 6);
export const macaddr8: Codec<string> = macCodec('macaddr8', 8);

/** An inet without its mask is one host; a cidr always says how large its net is. */
function addressCodec(name: 'inet' | 'cidr'): Codec<string> {
  return {
    ...typeOf(name),
    format: 1,
    fixedBytes: -1,
    decode(memory, view, start, end) {
      const [family, bits, , bytes] = memory.subarray(start, Math.min(start + HEADER_BYTES, end));
      const isAddress = (family === FAMILY_V4 && bytes === 4) || (family === FAMILY_V6 && bytes === 16);
      if (!isAddress || end - start !== HEADER_BYTES + bytes || bits! > bytes * 8) {
        throw new DecodeError(name, 'no address of IPv4 or IPv6');
      }
      const text = addressText(memory, view, start + HEADER_BYTES, end);
      return name === 'inet' && bits === bytes * 8 ? text : `${text}/${bits}`;
    },
    encode(writer, value) {
      if (typeof value !== 'string') throw wrongKind(name, value, 'a string');
      const [, addressPart = '', bitsPart] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(value) ?? [];
      const address = parseAddress(addressPart);
      if (address === null) throw new EncodeError(name, 'a string that is no address of IPv4 or IPv6');
      const bits = bitsPart === undefined ? address.length * 8 : Number(bitsPart);
      if (bits > address.length * 8) throw new EncodeError(name, 'a mask longer than the address');
      writer.uint8(address.length === 4 ? FAMILY_V4 : FAMILY_V6);
      writer.uint8(bits);
      writer.uint8(name === 'cidr' ? 1 : 0);
      writer.uint8(address.length);
      writer.bytes(Uint8Array.from(address));
    },
  };
}

function macCodec(name: TypeName, bytes: number): Codec<string> {
  const pattern = new RegExp(`^[0-9a-f]{2}([:-])(?:[0-9a-f]{2}\\1){${bytes - 2}}[0-9a-f]{2}$`, 'i');
  return {
    ...typeOf(name),
    format: 1,
    fixedBytes: bytes,
    decode: (memory, _view, start, end) => hexPairs(memory, start, end),
    encode(writer, value) {
      if (typeof value !== 'string') throw wrongKind(name, value, 'a string');
      if (!pattern.test(value))
        throw new EncodeError(name, `a string that is not ${bytes} pairs of hexadecimal digits`);
      for (const pair of value.split(/[:-]/)) writer.uint8(Number.parseInt(pair, 16));
    },
  };
}
