/** The exchanges under way, in the order of their answers. */
import type { Exchange } from './exchange.js';

/** A list through the exchanges themselves: the first one goes as quickly however many wait, and is kept by nobody then. */
export class ExchangeQueue {
  length = 0;
  /** The one whose answer comes now. */
  first: Exchange<never> | null = null;
  #last: Exchange<never> | null = null;

  push(exchange: Exchange<never>): void {
    if (this.#last === null) this.first = exchange;
    else this.#last.next = exchange;
    this.#last = exchange;
    this.length++;
  }

  /** Takes the first one out. */
  shift(): Exchange<never> | null {
    const { first } = this;
    if (first === null) return null;
    this.first = first.next;
    if (this.first === null) this.#last = null;
    // What is over and old would keep what comes behind it from being collected while it is young.
    first.next = null;
    this.length--;
    return first;
  }

  /** Whether it holds for all of them. */
  every(holds: (exchange: Exchange<never>) => boolean): boolean {
    for (let exchange = this.first; exchange !== null; exchange = exchange.next) {
      if (!holds(exchange)) return false;
    }
    return true;
  }
}
