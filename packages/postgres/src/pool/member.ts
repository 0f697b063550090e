/** One connection of a pool. */
import type { Link } from '../connection/link.js';
import type { Target } from '../connection/queryable.js';
import type { Statements } from '../connection/statements.js';
import { STATUS_IDLE } from '../wire/message-types.js';
import type { PoolSettings } from './pool-options.js';

/** Each lives up to this share of its lifetime shorter than the longest. */
const JITTER = 0.1;

/**
 * What a connection of a pool is at.
 *
 * - `idle` nobody uses it: it is on the stack of those that can be taken.
 * - `busy` it runs what callers of the pool's own methods asked for; it is free when that is over.
 * - `held` it is somebody's, until it is given back.
 * - `tended` the pool itself asks it something: for a sign of life, or to be as new.
 * - `closing` it says goodbye.
 */
export type MemberState = 'idle' | 'busy' | 'held' | 'tended' | 'closing';

/** A connection, and what the pool knows about it. */
export class Member implements Target {
  readonly link: Link;
  readonly statements: Statements;
  state: MemberState = 'tended';
  /** Whether what it runs goes on for long, so that nothing is to be sent behind it. */
  isLong = false;
  /** How often it was used. */
  uses = 0;
  /** Since when it is idle, by `Date.now()`: that clock goes on while the machine sleeps, as servers do. */
  idleSince = 0;
  readonly #expiresAt: number;
  readonly #settings: PoolSettings;

  constructor({ link, statements }: Target, settings: PoolSettings) {
    this.link = link;
    this.statements = statements;
    this.#settings = settings;
    this.#expiresAt = Date.now() + settings.maxLifetimeMs * (1 - JITTER * Math.random());
  }

  /** Whether it has done its part, and makes place for another one. */
  isWorn(now: number): boolean {
    return now >= this.#expiresAt || this.uses >= this.#settings.maxUses;
  }

  /** Whether it was idle for so long that it may be dead without anybody having noticed. */
  isStale(now: number): boolean {
    return now - this.idleSince > this.#settings.validateIdleMs;
  }

  /** Whether another caller's statement may be sent behind those that are under way. */
  get mayShare(): boolean {
    const { session, turns, isOpen } = this.link;
    if (this.state !== 'busy' || this.isLong || !isOpen || !turns.isFree) return false;
    return session.inFlight < this.#settings.maxPipelined && session.status === STATUS_IDLE && !this.isWorn(Date.now());
  }
}
