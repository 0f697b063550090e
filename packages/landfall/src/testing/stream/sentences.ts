/** The contract of byte streams, sentence by sentence: each file of this folder has those of one concept. */
import type { Ends } from '../connection-contract.js';
import type { StreamLink } from './link.js';

/** One sentence, and how to try it. */
export interface StreamSentence {
  readonly sentence: string;
  readonly body: (link: StreamLink) => Promise<void>;
  /** Said only of connections that end so. */
  readonly only?: Ends | undefined;
}

/** The sentences of one concept. */
export class StreamSentences {
  readonly all: StreamSentence[] = [];

  add(sentence: string, body: (link: StreamLink) => Promise<void>, only?: Ends): void {
    this.all.push({ sentence, body, only });
  }
}
