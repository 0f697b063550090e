/** What is known of a contender that is not a Node program: how to run it, or why it cannot run here. */

/** A contender as a program: `command` with `args`, then the role and its options. */
export interface PeerCommand {
  contender: string;
  command: string;
  args: string[];
  env?: Readonly<Record<string, string>>;
  /** What runs it, with versions, for example `python 3.11.7, uvloop 0.23.0`. */
  runtime: string;
}

/** A contender that cannot run here. */
export interface MissingPeer {
  contender: string;
  why: string;
  /** What a user can do about it. */
  remedy: string;
}
