/** A batch that tells of each frame as it is stepped to: stands in front of one while somebody listens. */
import type { Transport } from '../protocol/contracts.js';
import { tellReceived } from '../protocol/frame-channels.js';
import type { FrameBatch } from './frame-batch.js';

/** Another batch, told of. */
export class ToldBatch implements FrameBatch {
  readonly memory: Uint8Array;
  start = 0;
  end = 0;
  readonly #batch: FrameBatch;
  readonly #transport: Transport;

  constructor(batch: FrameBatch, transport: Transport) {
    this.memory = batch.memory;
    this.#batch = batch;
    this.#transport = transport;
  }

  next(): boolean {
    const batch = this.#batch;
    if (!batch.next()) return false;
    this.start = batch.start;
    this.end = batch.end;
    tellReceived(this.#transport, this.memory, this.start, this.end);
    return true;
  }
}
