/** Who is given what a connection receives. */

/** Reads rows where they were received. */
export interface RowReader {
  /** Whether the rows read last are views of the memory: it is theirs then, and not received into any more. */
  readonly keepsMemory: boolean;
  /** Whether a row of any size will do, since it is taken in parts. */
  readonly takesParts: boolean;
  /**
   * Takes DataRow messages from `start` on, where one begins, as many as are whole before `end`.
   *
   * @returns Where the first byte is that it did not take; `start` if not even one row is whole.
   */
  read(memory: Uint8Array, view: DataView, start: number, end: number): number;
}

/** Is given the messages. */
export interface MessageReceiver {
  /** Who takes DataRows; null where none may come. Asked before each run of them. */
  readonly rows: RowReader | null;
  /** Whether rows may wait for the end of their result, since nothing else is on its way behind it. */
  readonly mayGather: boolean;
  /** Takes one whole message of another type: its body lies from `start` to `end`, until this returns. */
  message(type: number, memory: Uint8Array, view: DataView, start: number, end: number): void;
}
