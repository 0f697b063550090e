/** Frames over the limit, where the framing's policy is to skip them. */

/** What a connection has skipped; one that has not is without. */
export class Skipped {
  /** Headers included. */
  bytes = 0;
  /** Of the last frame: what has yet to arrive, to be dropped. */
  leftBytes = 0;
}
