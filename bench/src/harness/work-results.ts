/** What a row of the echo suite, the TLS suite or the flood took beside time. */

/**
 * Figures over all turns of a row, between the ends of their clocks. Null where a contender or the system does not tell;
 * absent from results that were kept before they were measured.
 */
export interface Work {
  /**
   * The part of the row's processor time that was in user mode, from 0 to 1; the rest was the kernel's. Of whatever
   * processes `cpuSecPerGB` is of, and null where that is.
   */
  userCpuShare: number | null;
  /** Receives that brought bytes, as the row's program sees them. Of the server, or of the receiver. */
  receivesPerFrame: number | null;
  /**
   * Writes handed to the socket, a vectored one counting once; the kernel may take a large one in several pieces. Of the
   * server; null in the flood, whose receivers write nothing.
   */
  writesPerFrame: number | null;
  /** Collections of garbage per GB (10^9 bytes) of payload, small ones included. Of the server, or of the receiver. */
  collectionsPerGB: number | null;
  /** The time that the main thread stood still for them. */
  collectionMsPerGB: number | null;
}
