/** What a server keeps of a connection's statements. */
import type { Statement } from './statement.js';

/** The statements of one connection that its server keeps, at most so many; the one not used for longest goes first. */
export class StatementCache {
  readonly #byText = new Map<string, Statement>();
  readonly #sizeMax: number;
  #clock = 0;
  #names = 0;

  /** @param sizeMax 0: none is kept, and statements have no name. */
  constructor(sizeMax: number) {
    this.#sizeMax = sizeMax;
  }

  /** The statement of this text. */
  get(text: string): Statement | undefined {
    const statement = this.#byText.get(text);
    if (statement !== undefined) statement.usedAt = ++this.#clock;
    return statement;
  }

  /** A name that no statement of this connection has had. */
  nextName(): string {
    return this.#sizeMax === 0 ? '' : `landfall_${++this.#names}`;
  }

  /** Keeps a statement; returns the one that has to be closed for it. */
  add(statement: Statement): Statement | null {
    if (statement.name === '') return null;
    statement.usedAt = ++this.#clock;
    const oldest = this.#byText.size >= this.#sizeMax ? this.#oldest() : null;
    if (oldest !== null) this.#byText.delete(oldest.description.text);
    this.#byText.set(statement.description.text, statement);
    return oldest;
  }

  /** Whether it is kept still. */
  has(statement: Statement): boolean {
    return this.#byText.get(statement.description.text) === statement;
  }

  /** Forgets it, if it is kept still. */
  delete(statement: Statement): void {
    if (this.has(statement)) this.#byText.delete(statement.description.text);
  }

  /** Forgets all of them: the server has. */
  clear(): void {
    this.#byText.clear();
  }

  #oldest(): Statement | null {
    let oldest: Statement | null = null;
    for (const statement of this.#byText.values()) {
      if (oldest === null || statement.usedAt < oldest.usedAt) oldest = statement;
    }
    return oldest;
  }
}
