/** What every reader does: listens, and reads each connection to its end. */
import type { Traffic } from '../contenders/contender.js';
import type { Tally } from './tally.js';

/** One connection that is being read. */
export interface Sitting {
  /** Is given every item. */
  readonly tally: Tally;
  /** The sender has ended, behind a whole item. */
  ended(traffic: Traffic): void;
  failed(error: Error): void;
}

/** What a reader is told. */
export interface ReaderOptions {
  /** Of an item's payload. */
  itemBytes: number;
  /** Called when a connection has been accepted; each is over before the next one comes. */
  begin(): Sitting;
}

/**
 * One way of reading. It listens on 127.0.0.1, and closes each connection once its sitting has ended.
 *
 * @returns The port.
 */
export type ServeReader = (options: ReaderOptions) => Promise<number>;
