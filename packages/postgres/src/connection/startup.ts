/** From a transport that stands to a connection that takes statements: startup message, authentication, first ReadyForQuery. */
import { pbkdf2, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import type { Transport } from 'landfall';
import { Authentication, type AuthenticationStep } from '../auth/authentication.js';
import type { Channel } from '../auth/sasl-request.js';
import { SCRAM_KEY_BYTES } from '../auth/scram.js';
import { ConnectionError, PostgresClientError } from '../errors.js';
import { StartupExchange, writePassword, writeStartup } from '../session/startup.js';
import { Call } from './call.js';
import type { Link } from './link.js';

const saltedPassword = promisify(pbkdf2);
/** As many as libpq takes. */
const NONCE_BYTES = 18;

/** Who is to be let in. */
export interface Identity {
  readonly user: string;
  /** Asked when the server asks. */
  password(): Promise<string | undefined>;
  readonly requireAuth: readonly string[] | undefined;
  /** What the startup message says. */
  readonly parameters: Readonly<Record<string, string>>;
}

/**
 * Starts a session on a transport. When it rejects, the link is over.
 *
 * @throws {PostgresError} The server refused. @throws {ConnectionError} `ERR_AUTH`, or the connection was lost.
 */
export async function startSession(
  link: Link,
  transport: Transport,
  identity: Identity,
  channel: Channel,
): Promise<void> {
  link.begin(transport);
  const { session } = link;
  const nonce = randomBytes(NONCE_BYTES).toString('base64');
  const authentication = new Authentication({ ...identity, ...channel, nonce });
  const call = new Call<void>(link, 'connecting', undefined);
  const take = (step: AuthenticationStep): void => {
    // The password may come when nobody waits for it any more.
    if (!link.isOpen) return;
    if (step.kind === 'send') {
      writePassword(session.writer, step.body);
      link.flush();
    } else if (step.kind === 'needsPassword' || step.kind === 'needsSaltedPassword') {
      answer(step, authentication, identity)
        .then(take)
        .catch((error: Error) => link.abort(error));
    }
  };
  // What the request throws loses the connection with it: the server is not to be talked to.
  const onAuthentication = (code: number, body: Uint8Array): void => take(authentication.request(code, body));
  writeStartup(session.writer, identity.parameters);
  link.send(new StartupExchange(session, onAuthentication, call), call);
  try {
    await call.promise;
    checkSettings(session.parameters);
  } catch (error) {
    link.abort(error as Error);
    throw error;
  }
}

/** What takes its time: the password may come from elsewhere, and salting it takes long on purpose. */
async function answer(
  step: AuthenticationStep,
  authentication: Authentication,
  identity: Identity,
): Promise<AuthenticationStep> {
  if (step.kind === 'needsPassword') return authentication.password(await passwordOf(identity));
  if (step.kind !== 'needsSaltedPassword') return step;
  const { password, salt, iterations } = step;
  return authentication.saltedPassword(await saltedPassword(password, salt, iterations, SCRAM_KEY_BYTES, 'sha256'));
}

async function passwordOf(identity: Identity): Promise<string | undefined> {
  try {
    return await identity.password();
  } catch (cause) {
    if (cause instanceof PostgresClientError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConnectionError('ERR_AUTH', `the password could not be had: ${reason}`, true, { cause });
  }
}

/** Text and dates are read in one form only. */
function checkSettings(parameters: ReadonlyMap<string, string>): void {
  const encoding = parameters.get('client_encoding') ?? 'UTF8';
  if (encoding !== 'UTF8') throw unusable(`client_encoding is ${encoding}, not UTF8`);
  if (parameters.get('integer_datetimes') === 'off') throw unusable('integer_datetimes is off');
}

function unusable(problem: string): ConnectionError {
  return new ConnectionError('ERR_CONNECT', `the server cannot be used: ${problem}`, true);
}
