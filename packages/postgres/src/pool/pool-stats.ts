/** What a pool is at, and what it has done. */
export interface PoolStats {
  /** Connections that stand. */
  readonly size: number;
  /** Of these, the ones that nobody uses. */
  readonly idle: number;
  /** Of these, the others: under way, acquired, being reset, asked for a sign of life, or closed. */
  readonly busy: number;
  /** Connections that are being made. */
  readonly connecting: number;
  /** Callers that wait for one. */
  readonly waiting: number;
  /** Connections made so far. */
  readonly created: number;
  /** Connections over so far, whatever ended them. */
  readonly destroyed: number;
  /** Attempts to make one that failed. */
  readonly failed: number;
  /** How often a connection was given to somebody: for a call, a transaction, or to have. */
  readonly uses: number;
}
