/** The rows on `@landfall/postgres`. */
import { connect } from '@landfall/postgres';
import { type Place, urlOf } from '../place.js';
import type { Client, OpenClient } from './client.js';
import { copyTarget } from './copy-target.js';

/** As it comes. */
export const openLandfall: OpenClient = (place) => open(place, {});

/** Short strings that come again are made anew each time, as if all were distinct. */
export const openDistinct: OpenClient = (place) => open(place, { types: { internText: false } });

type ConnectOptions = Parameters<typeof connect>[1];

async function open(place: Place, options: ConnectOptions): Promise<Client> {
  const connection = await connect(urlOf(place), options);
  return {
    rows: (text, args) => connection.query<object>(text, args),
    copy: async (text, rows) => {
      const { table, columns } = copyTarget(text);
      await connection.copyFrom(table, rows, { columns });
    },
    batch: async (text, rows) => {
      await connection.executeMany(text, rows);
    },
    close: () => connection.close(),
  };
}
