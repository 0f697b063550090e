/** float4 and float8. */
import { EncodeError } from '../errors.js';
import type { Codec } from './codec.js';
import { typeOf } from './oids.js';
import { wrongKind } from './refusals.js';
import { shortestFloat } from './shortest-float.js';
import type { TypeOptions } from './type-options.js';

export const float8: Codec<number> = {
  ...typeOf('float8'),
  format: 1,
  fixedBytes: 8,
  inline: 'v.getFloat64(p)',
  decode: (_memory, view, start) => view.getFloat64(start),
  encode: (writer, value) => writer.float64(float('float8', value)),
};

/** float4, as the options want it. */
export function float4Codec({ float4: kind = 'shortest' }: TypeOptions): Codec<number> {
  const isExact = kind === 'exact';
  return {
    ...typeOf('float4'),
    format: 1,
    fixedBytes: 4,
    ...(isExact && { inline: 'v.getFloat32(p)' }),
    decode: isExact
      ? (_memory, view, start) => view.getFloat32(start)
      : (_memory, view, start) => shortestFloat(view.getFloat32(start)),
    encode(writer, value) {
      const number = float('float4', value);
      const rounded = Math.fround(number);
      if (Number.isFinite(number) && !Number.isFinite(rounded)) throw new EncodeError('float4', 'too large');
      if (number !== 0 && rounded === 0) throw new EncodeError('float4', 'too small');
      writer.float32(number);
    },
  };
}

function float(name: string, value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value !== 'bigint') throw wrongKind(name, value, 'a number');
  const number = Number(value);
  // Infinity, for a bigint that is larger than every number, is not to be converted back.
  if (!Number.isFinite(number) || BigInt(number) !== value) throw new EncodeError(name, 'not to be held exactly');
  return number;
}
