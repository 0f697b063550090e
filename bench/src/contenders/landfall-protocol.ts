/** Row `landfall-protocol`: `Protocol`. Chunks arrive in memory of their own and are joined when the frame is whole. */
import type { Protocol } from 'landfall';
import { ChunkFrames } from './chunk-frames.js';
import type { Contender, EchoListener, EchoTraffic, EndpointOptions } from './contender.js';
import { LandfallConnection, landfallContender, trafficOf } from './landfall-connection.js';

class ProtocolConnection extends LandfallConnection implements Protocol {
  readonly protocol: Protocol = this;
  readonly #frames: ChunkFrames;

  constructor(options: EndpointOptions, listener: EchoListener) {
    super(options, listener);
    this.#frames = new ChunkFrames(options, (payload) => this.received(payload, 0, payload.length));
  }

  dataReceived(data: Uint8Array): void {
    this.#frames.push(data);
  }

  override traffic(): EchoTraffic {
    const { bytesCopied, ...traffic } = trafficOf(this.transport);
    return { ...traffic, bytesCopied: bytesCopied + this.#frames.bytesCopied };
  }
}

/** The row. */
export const contender: Contender = landfallContender(
  (options) => (listener) => new ProtocolConnection(options, listener),
);
