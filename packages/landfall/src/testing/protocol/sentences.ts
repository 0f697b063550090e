/** The contract of protocols, sentence by sentence. */
import type { BufferedProtocol, Protocol } from '../../protocol/contracts.js';
import { Driven, type DriveOptions, type ProtocolScript } from './driven.js';

export type AnyProtocol = Protocol | BufferedProtocol;

/** One sentence, and how to try it. */
export interface ProtocolSentence {
  readonly sentence: string;
  readonly body: (play: Play) => Promise<void>;
}

/** A protocol to make connections with, and what they are to say. */
export class Play {
  readonly bytes: Buffer;
  readonly #factory: () => AnyProtocol;
  readonly #script: ProtocolScript<AnyProtocol>;

  constructor(factory: () => AnyProtocol, script: ProtocolScript<AnyProtocol>) {
    this.bytes = Buffer.from(script.bytes);
    this.#factory = factory;
    this.#script = script;
  }

  drive(options?: DriveOptions<AnyProtocol>): Driven<AnyProtocol> {
    return new Driven(this.#factory, this.#script, options);
  }
}
