/** The transport contract, sentence by sentence: each file of this folder has those of one concept. */
import type { Face, Link } from './link.js';

/** One sentence, and how to try it. */
export interface Sentence {
  readonly sentence: string;
  /** The kinds of protocol it is said of. */
  readonly faces: readonly Face[];
  readonly body: (link: Link) => Promise<void>;
}

/** The sentences of one concept. */
export class Sentences {
  readonly all: Sentence[] = [];

  add(faces: readonly Face[], sentence: string, body: (link: Link) => Promise<void>): void {
    this.all.push({ sentence, faces, body });
  }
}
