/** What a connection's transport calls. */
import type { BufferedProtocol } from 'landfall';
import type { ReceiveBuffer } from '../wire/receive-buffer.js';

/** What is told of a transport. */
export interface LinkEvents {
  pauseWriting(): void;
  resumeWriting(): void;
  /** The connection is over. */
  lost(cause: Error | null): void;
}

/** Receives into a link's own memory, or where a value belongs. Another one takes its place to take back memory that is lent. */
export class LinkProtocol implements BufferedProtocol {
  readonly #received: ReceiveBuffer;
  #link: LinkEvents | null;

  constructor(link: LinkEvents, received: ReceiveBuffer) {
    this.#link = link;
    this.#received = received;
  }

  getBuffer(): Uint8Array {
    return this.#received.free();
  }

  bufferUpdated(nbytes: number): void {
    this.#received.updated(nbytes);
  }

  pauseWriting(): void {
    this.#link?.pauseWriting();
  }

  resumeWriting(): void {
    this.#link?.resumeWriting();
  }

  connectionLost(error: Error | null): void {
    this.#link?.lost(error);
  }

  /** Another one is in charge. */
  letGo(): void {
    this.#link = null;
  }
}
