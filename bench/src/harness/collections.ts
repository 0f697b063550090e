/** Collections of garbage in this process, as a Node program tells them of itself. */
import { PerformanceObserver } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';

/** What was collected so far; both null in a runtime that does not tell. */
export interface Collections {
  collections: number | null;
  /** The main thread stood still for so long. */
  collectionSeconds: number | null;
}

/** Other runtimes have the class, and may lack its list. */
function isTold(): boolean {
  const types: unknown = Reflect.get(PerformanceObserver, 'supportedEntryTypes');
  return Array.isArray(types) && types.includes('gc');
}

/** Counts from its making on. */
export class CollectionWatch {
  readonly #observer: PerformanceObserver | undefined;
  #collections = 0;
  #collectionMs = 0;

  constructor() {
    if (!isTold()) return;
    this.#observer = new PerformanceObserver((list) => this.#add(list.getEntries()));
    this.#observer.observe({ entryTypes: ['gc'] });
  }

  /** What was collected until now. */
  async soFar(): Promise<Collections> {
    if (this.#observer === undefined) return { collections: null, collectionSeconds: null };
    // An entry is handed over on the turn after its collection.
    await setImmediate();
    this.#add(this.#observer.takeRecords());
    return { collections: this.#collections, collectionSeconds: this.#collectionMs / 1000 };
  }

  #add(entries: readonly { readonly duration: number }[]): void {
    this.#collections += entries.length;
    for (const { duration } of entries) this.#collectionMs += duration;
  }
}
