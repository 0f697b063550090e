/** Making a connection fit for the next one who gets it. */
import { command, rollBack } from '../connection/command.js';
import type { Target } from '../connection/queryable.js';
import { ConnectionError } from '../errors.js';
import { STATUS_IDLE } from '../wire/message-types.js';
import type { Reset } from './pool-options.js';

/** How long the server may take for what the pool asks of it; then the connection is ended. */
const ANSWER_TIMEOUT_MS = 5_000;

/** RESET ALL leaves it to others who one is: without the first two, the next one would be somebody else. */
const LIGHT = ['RESET SESSION AUTHORIZATION', 'RESET ROLE', 'RESET ALL', 'CLOSE ALL', 'UNLISTEN *'];

const RESET_TEXT = {
  light: `${LIGHT.join('; ')}; SELECT pg_advisory_unlock_all()`,
  'discard all': 'DISCARD ALL',
} as const;

/** Whether there is nothing to be done. */
export function isAsNew({ link }: Target, reset: Reset): boolean {
  return reset === false && link.isFree && link.session.status === STATUS_IDLE;
}

/**
 * Waits for what is still under way, rolls back what is open, and resets. What takes longer than 5 s each ends the
 * connection. Never rejects.
 */
export async function recycle({ link, statements }: Target, reset: Reset): Promise<void> {
  if (!link.isFree || link.session.status !== STATUS_IDLE) await rollBack(link);
  if (reset === false || !link.isOpen) return;
  if (reset === 'discard all') statements.forget();
  try {
    await command(link, RESET_TEXT[reset], { timeoutMs: ANSWER_TIMEOUT_MS });
  } catch (error) {
    link.abort(
      new ConnectionError('ERR_LOST', 'the connection was ended: it could not be reset', true, { cause: error }),
    );
  }
}

/** Whether a connection gives a sign of life; ends it if not. Never rejects. */
export async function isAlive({ link }: Target): Promise<boolean> {
  try {
    await command(link, '', { timeoutMs: ANSWER_TIMEOUT_MS });
    return true;
  } catch (error) {
    link.abort(new ConnectionError('ERR_LOST', 'the connection was ended: it did not answer', true, { cause: error }));
    return false;
  }
}
