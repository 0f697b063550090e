/** Commands of the driver's own: transactions, resets. By the simple protocol, so that they also do when much has failed. */
import { ConnectionError } from '../errors.js';
import { type Executed, SimpleExchange, writeQuery } from '../session/simple.js';
import { STATUS_IDLE } from '../wire/message-types.js';
import { Call, type WaitOptions } from './call.js';
import type { Link } from './link.js';

/** How long the server may take to undo a transaction; then the connection is ended, which undoes it, too. */
const ROLLBACK_TIMEOUT_MS = 5_000;

/** Runs a command, when it is its turn. */
export function command(link: Link, text: string, options?: WaitOptions): Promise<Executed> {
  const call = new Call<Executed>(link, text === '' ? 'asking the server something' : text, options);
  commandInTurn(link, text, call);
  return call.promise;
}

/** The same for a call that was made before. */
export function commandInTurn(link: Link, text: string, call: Call<Executed>): void {
  link.inTurn(call, () => {
    writeQuery(link.session.writer, text);
    link.send(new SimpleExchange(link.session, call), call);
  });
}

/**
 * Ends the transaction that is open on a link, if one is, when nothing is under way any more. If that cannot be done in
 * time, ends the connection. Never rejects.
 *
 * @param isOrphaned Whether the link is somebody else's by now, and so is the transaction.
 * @param text What undoes it.
 */
export async function rollBack(
  link: Link,
  isOrphaned: () => boolean = () => false,
  text: string = 'ROLLBACK',
): Promise<void> {
  if (isOrphaned()) return;
  const end = (how: string, cause?: Error): void => {
    if (!isOrphaned())
      link.abort(new ConnectionError('ERR_LOST', `the connection was ended: ${how}`, false, { cause }));
  };
  const deadline = setTimeout(() => end('it could not roll back in time'), ROLLBACK_TIMEOUT_MS);
  // Not in a turn of its own: what is cancelled meanwhile needs one.
  await link.untilFree();
  // To roll back what is none draws a warning.
  if (link.isOpen && link.session.status !== STATUS_IDLE && !isOrphaned()) {
    await command(link, text).catch((error: Error) => end('it could not roll back', error));
  }
  clearTimeout(deadline);
}
