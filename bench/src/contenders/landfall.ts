/** Row `landfall`: `FramedProtocol`. Frames by offset, large ones received into memory that is used again. */
import { FramedProtocol, type FrameReceiver, type Framing, lengthPrefixed } from 'landfall';
import type { Contender, EchoListener, EndpointOptions } from './contender.js';
import { LandfallConnection, landfallContender } from './landfall-connection.js';

class FramedConnection extends LandfallConnection implements FrameReceiver {
  readonly protocol: FramedProtocol;

  constructor(options: EndpointOptions, listener: EchoListener, framing: Framing) {
    super(options, listener);
    this.protocol = new FramedProtocol({ framing, receiver: this });
  }

  frameReceived(memory: Uint8Array, start: number, end: number): void {
    this.received(memory, start, end);
  }

  override send(payload: Uint8Array): void {
    this.protocol.writeFrame(payload);
  }
}

/** The row. */
export const contender: Contender = landfallContender((options) => {
  const framing = lengthPrefixed({ ...options.prefix, maxFrameBytes: options.maxFrameBytes });
  return (listener) => new FramedConnection(options, listener, framing);
});
