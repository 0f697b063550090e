/** Rows `landfall-offset` and `landfall-text`: the framing `lines()` under `FramedProtocol`, by offset and as strings. */
import type { AddressInfo } from 'node:net';
import { FramedProtocol, type FrameReceiver, lines, listen, type Transport } from 'landfall';
import type { ReaderOptions, ServeReader, Sitting } from './reader.js';
import type { Tally } from './tally.js';

abstract class LineReceiver implements FrameReceiver {
  protected readonly tally: Tally;
  readonly #sitting: Sitting;
  #transport: Transport | undefined;

  constructor(sitting: Sitting) {
    this.#sitting = sitting;
    this.tally = sitting.tally;
  }

  connectionMade(transport: Transport): void {
    this.#transport = transport;
  }

  abstract frameReceived(memory: Uint8Array, start: number, end: number, framed: FramedProtocol): void;

  connectionLost(error: Error | null): void {
    if (error !== null) return this.#sitting.failed(error);
    const { bytesReceived = 0, bytesCopied = 0 } = this.#transport?.stats() ?? {};
    this.#sitting.ended({ bytesReceived, bytesCopied });
  }
}

class OffsetReceiver extends LineReceiver {
  frameReceived(memory: Uint8Array, start: number, end: number): void {
    this.tally.view(memory, start, end);
  }
}

class TextReceiver extends LineReceiver {
  frameReceived(_memory: Uint8Array, _start: number, _end: number, framed: FramedProtocol): void {
    this.tally.text(framed.frameText());
  }
}

async function serveLines(
  { itemBytes, begin }: ReaderOptions,
  makeReceiver: (sitting: Sitting) => LineReceiver,
): Promise<number> {
  const framing = lines({ maxLineBytes: itemBytes });
  const server = await listen(
    { host: '127.0.0.1', port: 0 },
    () => new FramedProtocol({ framing, receiver: makeReceiver(begin()) }),
  );
  return (server.address as AddressInfo).port;
}

/** Lines by offset. */
export const serveOffset: ServeReader = (options) => serveLines(options, (sitting) => new OffsetReceiver(sitting));

/** Lines by `frameText()`. */
export const serveText: ServeReader = (options) => serveLines(options, (sitting) => new TextReceiver(sitting));
