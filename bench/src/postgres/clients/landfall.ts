/** The rows on `@landfall/postgres`. */
import { connect } from '@landfall/postgres';
import { type Place, urlOf } from '../place.js';
import type { Task } from '../query.js';
import type { Client, OpenClient } from './client.js';
import { copyTarget } from './copy-target.js';

/** As it comes. */
export const openLandfall: OpenClient = (place, task) => open(place, task, {});

/** Short strings that come again are made anew each time, as if all were distinct. */
export const openDistinct: OpenClient = (place, task) => open(place, task, { types: { internText: false } });

type ConnectOptions = Parameters<typeof connect>[1];

async function open(place: Place, { valueBytes }: Task, options: ConnectOptions): Promise<Client> {
  const connection = await connect(urlOf(place), options);
  const target = new Uint8Array(valueBytes);
  /** The row that a query would have brought. */
  const readInto: Client['rows'] = async (text, args) => {
    const bytes = await connection.readInto(text, args, target);
    return [{ b: target.subarray(0, bytes) }];
  };
  return {
    rows: valueBytes > 0 ? readInto : (text, args) => connection.query<object>(text, args),
    copy: async (text, rows) => {
      const { table, columns } = copyTarget(text);
      await connection.copyFrom(table, rows, { columns });
    },
    batch: async (text, rows) => {
      await connection.executeMany(text, rows);
    },
    close: () => connection.close(),
    copies: () => connection.stats(),
  };
}
