/** Where something lies or happened inside the server: tid, pg_lsn, and snapshots of transactions. */
import { DecodeError, EncodeError } from '../errors.js';
import type { Codec } from './codec.js';
import { uint64Text, writeUint64 } from './integers.js';
import { type TypeName, typeOf } from './oids.js';
import { wrongKind } from './refusals.js';

/** Of a snapshot: how many transactions it lists, the first and the one behind the last of its time. */
const SNAPSHOT_HEADER_BYTES = 20;

/** A row's place, `(block,offset)`. */
export const tid: Codec<string> = {
  ...typeOf('tid'),
  format: 1,
  fixedBytes: 6,
  decode: (_memory, view, start) => `(${view.getUint32(start)},${view.getUint16(start + 4)})`,
  encode(writer, value) {
    const [block, offset] = partsOf('tid', value, /^\((\d{1,10}),(\d{1,5})\)$/);
    if (Number(block) >= 2 ** 32 || Number(offset) >= 2 ** 16) throw new EncodeError('tid', 'out of range');
    writer.int32(Number(block) | 0);
    writer.int16(Number(offset));
  },
};

/** A place in the write-ahead log, `16/B374D848`. */
export const lsn: Codec<string> = {
  ...typeOf('pg_lsn'),
  format: 1,
  fixedBytes: 8,
  decode: (_memory, view, start) => `${upperHex(view.getUint32(start))}/${upperHex(view.getUint32(start + 4))}`,
  encode(writer, value) {
    const [upper, lower] = partsOf('pg_lsn', value, /^([0-9a-f]{1,8})\/([0-9a-f]{1,8})$/i);
    writer.int32(Number.parseInt(upper!, 16) | 0);
    writer.int32(Number.parseInt(lower!, 16) | 0);
  },
};

/** `10:20:10,14`: transactions from 10 on may still have run, those from 20 on had not begun, and 10 and 14 were running. */
export const snapshot: Codec<string> = snapshotCodec('pg_snapshot');
/** The same under its older name. */
export const txidSnapshot: Codec<string> = snapshotCodec('txid_snapshot');

function snapshotCodec(name: TypeName): Codec<string> {
  return {
    ...typeOf(name),
    format: 1,
    fixedBytes: -1,
    decode(_memory, view, start, end) {
      const count = end - start < SNAPSHOT_HEADER_BYTES ? -1 : view.getInt32(start);
      const first = start + SNAPSHOT_HEADER_BYTES;
      if (count < 0 || end - first !== count * 8) throw new DecodeError(name, 'not as many transactions as it says');
      const running: string[] = [];
      for (let p = first; p < end; p += 8) running.push(uint64Text(view, p));
      return `${uint64Text(view, start + 4)}:${uint64Text(view, start + 12)}:${running.join(',')}`;
    },
    encode(writer, value) {
      const [first, end, list] = partsOf(name, value, /^(\d{1,20}):(\d{1,20}):((?:\d{1,20}(?:,\d{1,20})*)?)$/);
      const running = list === '' ? [] : list!.split(',');
      writer.int32(running.length);
      for (const transaction of [first!, end!, ...running]) {
        const number = BigInt(transaction);
        if (number >= 2n ** 64n) throw new EncodeError(name, 'out of range');
        writeUint64(writer, number);
      }
    },
  };
}

function partsOf(name: string, value: unknown, pattern: RegExp): string[] {
  if (typeof value !== 'string') throw wrongKind(name, value, 'a string');
  const match = pattern.exec(value);
  if (match === null) throw new EncodeError(name, 'a string in another form than the server writes it');
  return match.slice(1);
}

function upperHex(word: number): string {
  return word.toString(16).toUpperCase();
}
