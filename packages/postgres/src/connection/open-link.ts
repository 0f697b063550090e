/** Making a connection: one host after the other, encrypted as `sslmode` says, until one lets us in. */
import type { ConnectionConfig } from '../config/connection-config.js';
import type { HostAddress } from '../config/hosts.js';
import { type Encryption, encryptionOrder } from '../config/tls-settings.js';
import { ConnectionError, PostgresClientError } from '../errors.js';
import { PostgresError } from '../wire/server-error.js';
import type { ServerMessage } from '../wire/server-message.js';
import { addAbortListener, removeAbortListener } from './abort-listeners.js';
import { checkWait, type WaitOptions } from './call.js';
import { cancelRequest } from './cancel.js';
import { Link } from './link.js';
import type { Target } from './queryable.js';
import { reach } from './reach.js';
import { startSession } from './startup.js';
import { type SharedStatements, Statements } from './statements.js';

/** The server knows us, and lets nobody in who comes as we do: perhaps with TLS, or without. */
const REFUSED_BY_RULE = '28000';

/** The server starts, ends, or recovers. */
const NOT_NOW = '57P03';

/** What all connections of a pool share. */
export interface Shared extends SharedStatements {
  readonly onNotice: ((notice: ServerMessage) => void) | undefined;
}

/**
 * Connects.
 *
 * @throws {PostgresError} A server refused: no other host is asked then, unless it only cannot now (57P03).
 * @throws {ConnectionError} No host could be had; `ERR_TIMEOUT`, `ERR_ABORTED`. With several hosts, `cause` is an
 *   `AggregateError` of what each said.
 */
export async function openLink(config: ConnectionConfig, shared: Shared, options: WaitOptions = {}): Promise<Target> {
  checkWait(options.signal, options.timeoutMs);
  const failures: Error[] = [];
  for (const address of config.hosts) {
    try {
      return await openAt(config, shared, address, options);
    } catch (error) {
      if (!mayBeElsewhere(error)) throw error;
      failures.push(error);
    }
  }
  if (failures.length === 1) throw failures[0];
  const reasons = failures.map(({ message }) => message).join('; ');
  const cause = new AggregateError(failures, reasons);
  throw new ConnectionError('ERR_CONNECT', `none of ${failures.length} hosts could be reached: ${reasons}`, true, {
    cause,
  });
}

/** Whether another host may do where one does not: as for libpq, not where it asked who we are, and did not like it. */
function mayBeElsewhere(error: unknown): error is Error {
  if (error instanceof PostgresError) return error.sqlstate === NOT_NOW;
  return error instanceof ConnectionError && error.code !== 'ERR_ABORTED' && error.code !== 'ERR_AUTH';
}

/** Connects to one host within its deadline. */
async function openAt(
  config: ConnectionConfig,
  shared: Shared,
  address: HostAddress,
  { signal, timeoutMs }: WaitOptions,
): Promise<Target> {
  const cut = new AbortController();
  const limitMs = Math.min(timeoutMs ?? config.connectTimeoutMs, config.connectTimeoutMs);
  const where = address.path ?? `${address.host}:${address.port}`;
  const timedOut = new ConnectionError('ERR_TIMEOUT', `connecting to ${where} took longer than ${limitMs} ms`, true);
  const onAbort = (): void =>
    cut.abort(new ConnectionError('ERR_ABORTED', 'connecting was aborted', true, { cause: signal?.reason }));
  if (signal !== undefined) addAbortListener(signal, onAbort);
  const timer = setTimeout(() => cut.abort(timedOut), limitMs);
  if (signal?.aborted) onAbort();
  try {
    return await openEncrypted(config, shared, address, cut.signal);
  } catch (error) {
    // What an aborted connection says of itself is of no interest.
    throw cut.signal.aborted ? cut.signal.reason : error;
  } finally {
    clearTimeout(timer);
    if (signal !== undefined) removeAbortListener(signal, onAbort);
  }
}

/** Tries what `sslmode` allows, in its order. */
async function openEncrypted(
  config: ConnectionConfig,
  shared: Shared,
  address: HostAddress,
  signal: AbortSignal,
): Promise<Target> {
  const order = encryptionOrder(config.sslmode, address);
  // What was proved over one is not proved over the other, too.
  const password = { isAsked: false };
  for (let i = 0; ; i++) {
    try {
      return await openOnce(config, shared, address, order[i]!, order[i + 1] === 'plain', password, signal);
    } catch (error) {
      if (i + 1 === order.length || signal.aborted || password.isAsked) throw error;
      if (!mayHelp(error as Error, order[i]!)) throw error;
    }
  }
}

/** Whether it may go better with the other encryption. */
function mayHelp(error: Error, encryption: Encryption): boolean {
  if (error instanceof PostgresError) return error.sqlstate === REFUSED_BY_RULE;
  return encryption === 'tls' && error instanceof PostgresClientError && error.code === 'ERR_TLS';
}

async function openOnce(
  config: ConnectionConfig,
  shared: Shared,
  address: HostAddress,
  encryption: Encryption,
  mayBePlain: boolean,
  password: { isAsked: boolean },
  signal: AbortSignal,
): Promise<Target> {
  const { transport, channel } = await reach(config, address, encryption, mayBePlain, signal);
  const again = async (cut: AbortSignal) => (await reach(config, address, encryption, mayBePlain, cut)).transport;
  const link = new Link({
    maxMessageBytes: config.maxMessageBytes,
    onNotice: shared.onNotice,
    cancelTimeoutMs: config.cancelTimeoutMs,
    cancel: (processId, secretKey) => cancelRequest(again, processId, secretKey, config.cancelTimeoutMs),
  });
  const onAbort = (): void => link.abort(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    if (signal.aborted) {
      transport.abort();
      throw signal.reason;
    }
    const identity = {
      user: config.user,
      requireAuth: config.requireAuth,
      parameters: config.startupParameters,
      password: async () => {
        password.isAsked = true;
        const source = config.passwordFor(address);
        return typeof source === 'function' ? source() : source;
      },
    };
    await startSession(link, transport, identity, channel);
    link.timeoutMs = config.queryTimeoutMs;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
  return { link, statements: new Statements(link, shared) };
}
