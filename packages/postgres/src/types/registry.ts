/** Which codec a type has. */
import { arrayCodec, vectorCodec } from './array.js';
import { bit, varbit } from './bits.js';
import { bool } from './bool.js';
import { bytea } from './bytea.js';
import type { Codec } from './codec.js';
import { dateCodec } from './date.js';
import { float4Codec, float8 } from './floats.js';
import { box, circle, line, lseg, path, point, polygon } from './geometry.js';
import { cid, int2, int4, int8Codec, oid, xid, xid8Codec } from './integers.js';
import { interval } from './interval.js';
import { jsonCodecs } from './json.js';
import { cidr, inet, macaddr, macaddr8 } from './network.js';
import { numericCodec } from './numeric.js';
import { lsn, snapshot, tid, txidSnapshot } from './places.js';
import { multirangeCodec, rangeCodec } from './range.js';
import { recordCodec } from './record.js';
import { char, textCodecs } from './text.js';
import { otherCodec, textFormCodecs } from './text-form.js';
import { time, timetz } from './time.js';
import { timestampCodec, timestamptzCodec } from './timestamp.js';
import { tsquery } from './tsquery.js';
import { tsvector } from './tsvector.js';
import { checkTypeOptions, type TypeOptions } from './type-options.js';
import { uuid } from './uuid.js';

const registries = new Map<string, TypeRegistry>();

/** The codecs for these options: the same ones each time, so that what is made for them serves all connections. */
export function registryOf(options: TypeOptions = {}): TypeRegistry {
  const key = JSON.stringify(Object.entries(options).sort());
  let registry = registries.get(key);
  if (registry === undefined) {
    registry = new TypeRegistry(options);
    registries.set(key, registry);
  }
  return registry;
}

/** The codecs for one set of options. */
export class TypeRegistry {
  readonly #codecs = new Map<number, Codec>();
  readonly #other: Codec;

  constructor(options: TypeOptions = {}) {
    checkTypeOptions(options);
    this.#other = otherCodec(options);
    const record = recordCodec((oid) => this.codecOf(oid));
    for (const codec of [...scalars(options), ...rangeCodecs(options), record]) {
      this.#add(codec);
      if (codec.arrayOid !== 0) this.#add(arrayCodec(codec));
    }
    for (const codec of textFormCodecs(options)) this.#add(codec);
  }

  /** The codec for columns and parameters of the type with this OID: of text, if it is not known. */
  codecOf(oid: number): Codec {
    return this.#codecs.get(oid) ?? this.#other;
  }

  #add(codec: Codec): void {
    this.#codecs.set(codec.oid, codec);
  }
}

function scalars(options: TypeOptions): Codec[] {
  const numbers = [int2, int4, int8Codec(options), float4Codec(options), float8, numericCodec(options)];
  const times = [dateCodec(options), time, timetz, timestampCodec(options), timestamptzCodec(options), interval];
  const networks = [inet, cidr, macaddr, macaddr8];
  const shapes = [point, line, lseg, box, path, polygon, circle];
  const system = [oid, xid, cid, xid8Codec(options), tid, lsn, snapshot, txidSnapshot];
  const vectors = [vectorCodec('int2vector', int2), vectorCodec('oidvector', oid)];
  const texts = [...textCodecs(options), char, ...jsonCodecs(options), tsvector, tsquery];
  return [
    bool,
    bytea,
    uuid,
    bit,
    varbit,
    ...numbers,
    ...texts,
    ...times,
    ...networks,
    ...shapes,
    ...system,
    ...vectors,
  ];
}

function rangeCodecs(options: TypeOptions): Codec[] {
  const ranges = [
    { range: rangeCodec('int4range', int4), multirange: 'int4multirange' },
    { range: rangeCodec('int8range', int8Codec(options)), multirange: 'int8multirange' },
    { range: rangeCodec('numrange', numericCodec(options)), multirange: 'nummultirange' },
    { range: rangeCodec('tsrange', timestampCodec(options)), multirange: 'tsmultirange' },
    { range: rangeCodec('tstzrange', timestamptzCodec(options)), multirange: 'tstzmultirange' },
    { range: rangeCodec('daterange', dateCodec(options)), multirange: 'datemultirange' },
  ] as const;
  return ranges.flatMap(({ range, multirange }) => [range, multirangeCodec(multirange, range)]);
}
