/** What a contract suite is made of. */

/** One sentence of a contract, and how to find out whether it holds. */
export interface ContractCase {
  /** The sentence; unlike any other of its suite. */
  readonly name: string;
  /**
   * Resolves if it holds; may be run again.
   *
   * @throws {Error} It does not: an `AssertionError` that says what was expected, or an `Error` that says what did not come in time.
   */
  run(): Promise<void>;
}
