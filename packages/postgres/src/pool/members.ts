/**
 * The connections of a pool, and who waits for one.
 *
 *                    take                     over
 *     idle (a stack) ─────►  busy, held       ─────►  recycled if need be ─► the first who waits, else idle
 *        │ stale                                                            ▲
 *        └───────────►  asked for a sign of life  ──────────────────────────┤
 *                       a new connection, as long as more wait than come  ──┘
 */
import { type Deferred, deferred } from '../connection/deferred.js';
import type { Target } from '../connection/queryable.js';
import { ConnectionError } from '../errors.js';
import { STATUS_IDLE } from '../wire/message-types.js';
import { Backoff } from './backoff.js';
import { Member } from './member.js';
import type { PoolSettings, Reset } from './pool-options.js';
import type { PoolStats } from './pool-stats.js';
import { isAlive, isAsNew, recycle } from './recycle.js';
import { type Waiter, WaitingLine } from './waiting-line.js';

/** How often idle connections are looked after, within what they may be idle, and within the time in which they get old one by one. */
const TENDS_PER_IDLE = 2;
const TENDS_PER_LIFETIME = 50;
const TEND_MS_MIN = 10;
const TEND_MS_MAX = 30_000;

/** Makes a connection; gives up when `signal` fires. */
export type Opener = (signal: AbortSignal) => Promise<Target>;

/** The connections of one pool. */
export class Members {
  readonly #settings: PoolSettings;
  readonly #open: Opener;
  readonly #line = new WaitingLine();
  readonly #all = new Set<Member>();
  /** Who was used last is on top, and used next: the others get old enough to be closed. */
  readonly #idle: Member[] = [];
  readonly #refills = new Backoff();
  readonly #closing = new AbortController();
  readonly #empty: Deferred = deferred();
  /** Looks after idle connections; what keeps the process alive, while somebody uses the pool. */
  readonly #tending: NodeJS.Timeout;
  #connecting = 0;
  #checking = 0;
  /** Members that are not idle. */
  #active = 0;
  /** Why the last attempt to connect failed, if it did. */
  #failure: Error | null = null;
  #created = 0;
  #destroyed = 0;
  #failed = 0;
  #uses = 0;

  constructor(settings: PoolSettings, open: Opener) {
    this.#settings = settings;
    this.#open = open;
    const tendMs = Math.min(settings.idleTimeoutMs / TENDS_PER_IDLE, settings.maxLifetimeMs / TENDS_PER_LIFETIME);
    this.#tending = setInterval(() => this.#tend(), Math.min(Math.max(tendMs, TEND_MS_MIN), TEND_MS_MAX)).unref();
    this.#refill();
  }

  get stats(): PoolStats {
    const size = this.#all.size;
    const idle = this.#idle.length;
    return {
      ...{ size, idle, busy: size - idle, connecting: this.#connecting, waiting: this.#line.length },
      ...{ created: this.#created, destroyed: this.#destroyed, failed: this.#failed, uses: this.#uses },
    };
  }

  /** A connection that nobody uses; null if there is none that is known to be alive. */
  take(state: 'busy' | 'held'): Member | null {
    const idle = this.#idle;
    for (let member = idle.at(-1); member !== undefined; member = idle.at(-1)) {
      // The others have been idle for longer.
      if (member.isStale(Date.now())) return null;
      idle.pop();
      this.#activate(member, state);
      if (member.link.isOpen) {
        this.#used(member);
        return member;
      }
    }
    return null;
  }

  /** A connection that takes another statement behind those under way; null if there is none, or a better way. */
  takeShared(): Member | null {
    const { max, maxPipelined } = this.#settings;
    if (maxPipelined === 1 || this.#line.length > 0 || this.#all.size + this.#connecting < max) return null;
    if (this.#closing.signal.aborted) return null;
    let best: Member | null = null;
    for (const member of this.#all) {
      if (!member.mayShare) continue;
      if (best === null || member.link.session.inFlight < best.link.session.inFlight) best = member;
    }
    if (best !== null) this.#used(best);
    return best;
  }

  /** Puts somebody into the line, and sees to it that a connection comes. */
  wait(waiter: Waiter): void {
    if (this.#closing.signal.aborted) return waiter.reject(poolClosed());
    this.#line.push(waiter);
    this.#supply();
    if (this.#line.length - this.#coming <= this.#settings.maxQueue) return;
    this.#line.remove(waiter);
    const many = `${this.#settings.maxQueue} callers wait for a connection`;
    waiter.reject(new ConnectionError('ERR_POOL_FULL', `${many}: that is as many as may`, true));
  }

  /** Takes somebody out of the line; returns why no connection came, if one was tried in vain. */
  leave(waiter: Waiter): Error | null {
    this.#line.remove(waiter);
    return this.#failure;
  }

  /** What a member was given is sent, or could not be. */
  started(member: Member): void {
    // Otherwise it is told of by the link.
    if (member.link.isFree) this.#progress(member);
  }

  /** Somebody is done with a member that was held. */
  giveBack(member: Member, reset: Reset): void {
    member.state = 'tended';
    if (isAsNew(member, reset) || this.#closing.signal.aborted) return this.#freed(member);
    void recycle(member, reset).then(() => this.#freed(member));
  }

  /** Rejects who waits, lets what is under way end for so long, and closes all. Never rejects. */
  async close(timeoutMs: number): Promise<void> {
    this.#closing.abort(poolClosed());
    this.#refills.stop();
    for (let waiter = this.#line.shift(); waiter !== null; waiter = this.#line.shift()) waiter.reject(poolClosed());
    for (const member of this.#idle.splice(0)) {
      this.#activate(member, 'tended');
      this.#retire(member);
    }
    const deadline = setTimeout(() => {
      for (const { link } of this.#all) link.abort(null);
      this.#empty.resolve();
    }, timeoutMs);
    this.#checkEmpty();
    await this.#empty.promise;
    clearTimeout(deadline);
    clearInterval(this.#tending);
  }

  /** Connections on their way to those who wait. */
  get #coming(): number {
    return this.#connecting + this.#checking;
  }

  /** As many connections shall come as callers wait, if there may be so many. */
  #supply(): void {
    while (this.#line.length > this.#coming) {
      const stale = this.#idle.pop();
      if (stale !== undefined) void this.#check(stale);
      else if (this.#all.size + this.#connecting < this.#settings.max) this.#connect();
      else return;
    }
  }

  #connect(): void {
    this.#connecting++;
    this.#open(this.#closing.signal).then(
      (target) => this.#connected(target),
      (error) => this.#notConnected(error as Error),
    );
  }

  #connected(target: Target): void {
    const member = new Member(target, this.#settings);
    const { link } = member;
    this.#connecting--;
    this.#created++;
    this.#failure = null;
    this.#all.add(member);
    this.#activate(member, 'tended');
    link.onProgress = () => this.#progress(member);
    void link.closed.then(() => this.#gone(member));
    if (this.#settings.allowExitOnIdle) link.transport.unref();
    this.#freed(member);
  }

  #notConnected(error: Error): void {
    this.#connecting--;
    this.#failed++;
    this.#failure = error;
    if (this.#line.length > this.#coming) this.#line.shift()!.reject(notConnected(error));
    this.#supply();
    this.#refillLater();
    this.#checkEmpty();
  }

  /** Asks a member that was idle for long whether it is still there. One that is not speaks for all that are as old. */
  async #check(member: Member): Promise<void> {
    this.#activate(member, 'tended');
    this.#checking++;
    const isHere = await isAlive(member);
    this.#checking--;
    if (isHere) return this.#freed(member);
    const cause = new ConnectionError('ERR_LOST', 'the connection was idle for as long as one that is dead', true);
    const now = Date.now();
    for (const { link } of this.#idle.filter((other) => other.isStale(now))) link.abort(cause);
    this.#supply();
  }

  /** Something is over on a member's link. Called while messages are read: nothing below throws. */
  #progress(member: Member): void {
    if (member.state !== 'busy') return;
    if (!member.link.isFree) this.#share(member);
    else if (member.link.session.status === STATUS_IDLE) this.#freed(member);
    else this.giveBack(member, false);
  }

  /** Nobody uses a member any more. */
  #freed(member: Member): void {
    if (!member.link.isOpen) return;
    const now = Date.now();
    if (this.#closing.signal.aborted || member.isWorn(now)) return this.#retire(member);
    for (let waiter = this.#line.shift(); waiter !== null; waiter = this.#line.shift()) {
      this.#hand(member, waiter);
      // Free all the same: what it was given could not be sent.
      if (member.state !== 'busy' || !member.link.isFree) return this.#share(member);
    }
    member.state = 'idle';
    member.idleSince = now;
    this.#idle.push(member);
    if (--this.#active === 0) this.#tending.unref();
  }

  /** Gives a member to those who wait and need it not for themselves alone. */
  #share(member: Member): void {
    if (this.#settings.maxPipelined === 1) return;
    for (let next = this.#line.first; next !== null && !next.isAlone && member.mayShare; next = this.#line.first) {
      this.#line.remove(next);
      this.#hand(member, next);
    }
  }

  #hand(member: Member, waiter: Waiter): void {
    member.state = 'busy';
    this.#used(member);
    waiter.receive(member);
  }

  #used(member: Member): void {
    if (member.uses++ === 0) this.#refills.succeeded();
    this.#uses++;
  }

  #activate(member: Member, state: 'busy' | 'held' | 'tended'): void {
    member.state = state;
    member.isLong = false;
    if (++this.#active === 1) this.#tending.ref();
  }

  #retire(member: Member): void {
    member.state = 'closing';
    void member.link.close();
  }

  /** A member's connection is over, whatever ended it. */
  #gone(member: Member): void {
    this.#all.delete(member);
    this.#destroyed++;
    if (member.state === 'idle') this.#idle.splice(this.#idle.indexOf(member), 1);
    else if (--this.#active === 0) this.#tending.unref();
    member.state = 'closing';
    this.#supply();
    // A server that lets us in only to throw us out is not asked again at once.
    if (member.uses === 0) this.#refillLater();
    else this.#refill();
    this.#checkEmpty();
  }

  /** Closes what is idle for too long, or too old. */
  #tend(): void {
    const now = Date.now();
    let spare = this.#all.size - this.#settings.min;
    for (const member of [...this.#idle]) {
      const isSpare = spare > 0 && now - member.idleSince >= this.#settings.idleTimeoutMs;
      if (!isSpare && !member.isWorn(now)) continue;
      this.#idle.splice(this.#idle.indexOf(member), 1);
      this.#activate(member, 'tended');
      this.#retire(member);
      spare--;
    }
  }

  get #isShort(): boolean {
    return !this.#closing.signal.aborted && this.#all.size + this.#connecting < this.#settings.min;
  }

  #refill(): void {
    while (this.#isShort && !this.#refills.isWaiting) this.#connect();
  }

  #refillLater(): void {
    if (this.#isShort) this.#refills.failed(() => this.#refill());
  }

  #checkEmpty(): void {
    if (this.#closing.signal.aborted && this.#all.size + this.#connecting === 0) this.#empty.resolve();
  }
}

function poolClosed(): ConnectionError {
  return new ConnectionError('ERR_CLOSED', 'the pool is closed', true);
}

function notConnected(cause: Error): ConnectionError {
  return new ConnectionError('ERR_CONNECT', `no connection could be made: ${cause.message}`, true, { cause });
}
