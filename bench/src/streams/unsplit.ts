/**
 * Row `unsplit`: receives what the others do and does not look for lines, so it shows what sender and kernel can do at
 * most. How many lines there were follows from the bytes.
 */
import type { AddressInfo } from 'node:net';
import { type BufferedProtocol, listen, type Transport } from 'landfall';
import type { ReaderOptions, ServeReader, Sitting } from './reader.js';

const MEMORY_BYTES = 256 << 10;

class UnsplitReader implements BufferedProtocol {
  readonly #sitting: Sitting;
  readonly #lineBytes: number;
  readonly #memory = Buffer.alloc(MEMORY_BYTES);
  #transport: Transport | undefined;

  constructor(sitting: Sitting, lineBytes: number) {
    this.#sitting = sitting;
    this.#lineBytes = lineBytes;
  }

  connectionMade(transport: Transport): void {
    this.#transport = transport;
  }

  getBuffer(): Uint8Array {
    return this.#memory;
  }

  bufferUpdated(nbytes: number): void {
    this.#sitting.tally.unsplit(this.#memory, 0, nbytes);
  }

  connectionLost(error: Error | null): void {
    if (error !== null) return this.#sitting.failed(error);
    const { tally } = this.#sitting;
    const { bytesReceived = 0, bytesCopied = 0 } = this.#transport?.stats() ?? {};
    tally.split(bytesReceived / this.#lineBytes);
    this.#sitting.ended({ bytesReceived, bytesCopied });
  }
}

/** Receives, and no more. */
export const serveUnsplit: ServeReader = async ({ itemBytes, begin }: ReaderOptions) => {
  const server = await listen({ host: '127.0.0.1', port: 0 }, () => new UnsplitReader(begin(), itemBytes + 1));
  return (server.address as AddressInfo).port;
};
