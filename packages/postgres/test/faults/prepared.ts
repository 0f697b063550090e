/** A connection to a scripted server that has a statement prepared, for tests of calls that are cut short. */
import assert from 'node:assert/strict';
import type { Connection, ConnectOptions } from '@landfall/postgres';
import * as backend from '../support/backend.js';
import { ScriptedServer, type ServerEnd } from '../support/scripted-server.js';
import { strayErrors, within } from '../support/waiting.js';

/** What happens on both sides of a connection. */
export type Play = (connection: Connection, end: ServerEnd, server: ScriptedServer) => Promise<void>;

/** The one of `select a`. */
export const COLUMN = ['a', backend.INT4] as const;
/** What the server says of what it has cancelled. */
export const CANCELED = Buffer.concat([backend.refusal('57014'), backend.ready()]);
/** What an aborted call is rejected with once it was sent. */
export const ABORTED = { code: 'ERR_ABORTED', name: 'AbortError', safeToRetry: false };
/** Plays the server's part on a connection that has `select a` prepared. */
export async function on(play: Play, options: ConnectOptions = {}): Promise<void> {
  await using _stray = strayErrors();
  await using server = await ScriptedServer.listen();
  const { connection, end } = await server.opened(options);
  const first = connection.query('select a');
  await end.describe(COLUMN);
  await end.take('BES');
  end.send(backend.selected());
  await first;
  await play(connection, end, server);
  await within('the end', connection.close({ timeoutMs: 100 }));
}

/** The server is asked to cancel; it does at its next chance. */
export async function cancelled(server: ScriptedServer): Promise<void> {
  const cancel = await server.accept();
  assert.deepEqual(await cancel.cancelRequest(), { processId: 4711, secret: 815 });
  cancel.end();
  await cancel.ended();
}
