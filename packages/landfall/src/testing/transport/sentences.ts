/** The transport contract, sentence by sentence: each file of this folder has those of one concept. */
import type { Ends } from '../connection-contract.js';
import type { Face, Link } from './link.js';

/** One sentence, and how to try it. */
export interface Sentence {
  readonly sentence: string;
  /** The kinds of protocol it is said of. */
  readonly faces: readonly Face[];
  readonly body: (link: Link) => Promise<void>;
  /** Said only of connections that end so. */
  readonly only?: Ends | undefined;
}

/** The sentences of one concept. */
export class Sentences {
  readonly all: Sentence[] = [];

  add(faces: readonly Face[], sentence: string, body: (link: Link) => Promise<void>, only?: Ends): void {
    this.all.push({ sentence, faces, body, only });
  }
}
