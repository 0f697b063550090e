/** What statements' texts mean, asked for once for all connections of a pool. */
import type { Description } from './description.js';

/** What statements mean, for all connections of a pool: at most so many, the oldest goes first. */
export class DescriptionCache {
  readonly #byText = new Map<string, Description>();
  readonly #sizeMax: number;

  constructor(sizeMax: number) {
    this.#sizeMax = sizeMax;
  }

  get(text: string): Description | undefined {
    return this.#byText.get(text);
  }

  add(description: Description): void {
    const { text } = description;
    this.#byText.delete(text);
    this.#byText.set(text, description);
    if (this.#byText.size <= this.#sizeMax) return;
    for (const oldest of this.#byText.keys()) {
      this.#byText.delete(oldest);
      break;
    }
  }

  /** The schema has changed: it is to be asked for again. */
  delete(description: Description): void {
    if (this.#byText.get(description.text) === description) this.#byText.delete(description.text);
  }
}
