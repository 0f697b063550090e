/** What a caller can say about a pool. */
import type { ConnectOptions } from '../connection/connect.js';

/** How a connection is made as new, when somebody who had it for himself gives it back. */
export type Reset = 'light' | 'discard all' | false;

/** The longest delay that timers can do. */
const TIMEOUT_MS_MAX = 2 ** 31 - 1;

/** How many connections there are, how long they live, and how long callers wait for one. `Infinity` is no limit. */
export interface PoolLimits {
  /** Connections, at most; 10 unless set. */
  max?: number | undefined;
  /** Connections that are made at once and kept, whether they are needed or not; 0 unless set. */
  min?: number | undefined;
  /** How long a caller waits for a connection; 30,000 unless set. */
  acquireTimeoutMs?: number | undefined;
  /** Callers that wait and for whom no connection is being made, at most; 10,000 unless set. One more is rejected with `ERR_POOL_FULL`. */
  maxQueue?: number | undefined;
  /** A connection that was not used for so long is closed, as long as `min` are left; 60,000 unless set. */
  idleTimeoutMs?: number | undefined;
  /** A connection that is older is closed when it is not in use; 3,600,000 unless set. Each one up to a tenth earlier, so that they do not go together. */
  maxLifetimeMs?: number | undefined;
  /** A connection that was used so often is closed; `Infinity` unless set. */
  maxUses?: number | undefined;
  /**
   * Statements of several callers that one connection has under way when all are busy; 1 unless set. More means that a
   * slow one holds up those behind it, and what `BEGIN` and `SET` do is done to them, too. Never in transactions, on
   * acquired connections, or with `executeMany` and `copyFrom`.
   */
  maxPipelined?: number | undefined;
  /**
   * A connection that was idle for longer is asked for a sign of life first: 5 s, then another one is taken. 30,000 unless set.
   */
  validateIdleMs?: number | undefined;
}

/** Everything that a pool can be made with. */
export interface PoolOptions extends PoolLimits, Omit<ConnectOptions, 'signal' | 'timeoutMs'> {
  /**
   * After `acquire`, `begin` and `transaction`: `light` gives back advisory locks, cursors, notifications, settings and
   * roles; `discard all` prepared statements and temporary tables, too; false nothing. `light` unless set. An open
   * transaction is rolled back in any case.
   */
  reset?: Reset | undefined;
  /** Whether the process may end while the pool is open and nobody uses it; true unless set. */
  allowExitOnIdle?: boolean | undefined;
}

/** The same, all of it said. */
export type PoolSettings = { readonly [K in keyof PoolLimits]-?: number } & {
  readonly reset: Reset;
  readonly allowExitOnIdle: boolean;
};

/** Checks what is said, and fills in what is not. @throws {RangeError} A number that cannot be. @throws {TypeError} Another thing that cannot be. */
export function poolSettings(options: PoolOptions): PoolSettings {
  const max = count('max', options.max ?? 10, 1);
  const reset = options.reset ?? 'light';
  if (reset !== 'light' && reset !== 'discard all' && reset !== false) {
    throw new TypeError(`reset must be 'light', 'discard all' or false, not ${String(reset)}`);
  }
  const min = count('min', options.min ?? 0, 0);
  if (min > max) throw new RangeError(`min must be at most max, which is ${max}, not ${min}`);
  return {
    max,
    min,
    acquireTimeoutMs: duration('acquireTimeoutMs', options.acquireTimeoutMs ?? 30_000, TIMEOUT_MS_MAX),
    maxQueue: count('maxQueue', options.maxQueue ?? 10_000, 0),
    idleTimeoutMs: duration('idleTimeoutMs', options.idleTimeoutMs ?? 60_000),
    maxLifetimeMs: duration('maxLifetimeMs', options.maxLifetimeMs ?? 3_600_000),
    maxUses: count('maxUses', options.maxUses ?? Number.POSITIVE_INFINITY, 1),
    maxPipelined: count('maxPipelined', options.maxPipelined ?? 1, 1),
    validateIdleMs: duration('validateIdleMs', options.validateIdleMs ?? 30_000),
    reset,
    allowExitOnIdle: options.allowExitOnIdle ?? true,
  };
}

/** What is left for connecting. */
export function withoutPoolOptions(options: PoolOptions): Omit<PoolOptions, keyof PoolSettings> {
  const { max, min, acquireTimeoutMs, maxQueue, idleTimeoutMs, maxLifetimeMs, maxUses, ...more } = options;
  const { maxPipelined, validateIdleMs, reset, allowExitOnIdle, ...rest } = more;
  return rest;
}

function count(name: string, value: number, least: number): number {
  if ((Number.isInteger(value) || value === Number.POSITIVE_INFINITY) && value >= least) return value;
  throw new RangeError(`${name} must be a whole number from ${least}, not ${String(value)}`);
}

function duration(name: string, value: number, mostMs = Number.POSITIVE_INFINITY): number {
  if (typeof value === 'number' && value >= 0 && value <= mostMs) return value;
  throw new RangeError(`${name} must be 0 to ${mostMs}, not ${String(value)}`);
}
