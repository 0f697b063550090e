/** A byte stream as two of the web's: a byte stream to read, and a stream to write. */
import { ReadableStream, type UnderlyingSource, WritableStream } from 'node:stream/web';
import type { Transport, WaitOptions, WriteOptions } from '../protocol/contracts.js';

/** What of a byte stream is needed here. */
export interface WebSource {
  readonly transport: Transport;
  read(maxBytes?: number, options?: WaitOptions): Promise<Uint8Array | null>;
  readInto(target: ArrayBufferView, options?: WaitOptions & { partial?: boolean | undefined }): Promise<number | null>;
  write(data: Uint8Array, options?: WriteOptions): boolean;
  drain(): Promise<void>;
  end(): Promise<void>;
  close(): Promise<void>;
  abort(): void;
}

/** One connection, as the web's streams. */
export interface WebStreams {
  /** Of type `bytes`: a read with a view of the reader's lands in that view, without a copy. */
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
}

/** Below this size a written chunk is copied at once; from it on it is kept by reference, and done with once flushed. */
const KEPT_BYTES_MIN = 4 * 1024;

/** What the controller of a byte stream has; Node's types leave half of it out. */
interface ByteController {
  readonly byobRequest: { readonly view: Uint8Array; respond(bytesWritten: number): void } | null;
  enqueue(chunk: Uint8Array): void;
  close(): void;
}

/** Makes them; the stream is theirs from then on, and closed when both have ended. */
export function toWebStreams(source: WebSource): WebStreams {
  const ends = new BothEnds(source);
  return { readable: readableOf(source, ends), writable: writableOf(source, ends) };
}

function readableOf(source: WebSource, ends: BothEnds): ReadableStream<Uint8Array> {
  const cancelled = new AbortController();
  const { signal } = cancelled;
  const pull = async (controller: ByteController): Promise<void> => {
    const { byobRequest } = controller;
    if (byobRequest === null) {
      const chunk = await source.read(undefined, { signal });
      if (chunk !== null) return controller.enqueue(chunk);
    } else {
      const bytes = await source.readInto(byobRequest.view, { partial: true, signal });
      if (bytes !== null) return byobRequest.respond(bytes);
    }
    controller.close();
    // Also a reader with a view of its own that came while this waited for another one, who has gone.
    controller.byobRequest?.respond(0);
    await ends.ended('read');
  };
  const underlying = {
    type: 'bytes',
    pull,
    cancel: async (reason: unknown): Promise<void> => {
      cancelled.abort(reason);
      await ends.ended('read');
    },
  };
  return new ReadableStream(underlying as unknown as UnderlyingSource<Uint8Array>);
}

function writableOf(source: WebSource, ends: BothEnds): WritableStream<Uint8Array> {
  return new WritableStream<Uint8Array>({
    write: async (chunk) => {
      const { transport } = source;
      const goOn = source.write(chunk);
      // Then it was dropped, and what the connection is lost with is known once it is gone.
      if (transport.isClosing) await transport.closed.then(() => source.drain());
      // The writer may change the chunk once this has settled.
      else if (chunk.length >= KEPT_BYTES_MIN) await transport.flushed();
      else if (!goOn) await source.drain();
    },
    close: async () => {
      if (source.transport.canWriteEof) await source.end();
      await ends.ended('written');
    },
    abort: () => source.abort(),
  });
}

/** Closes the stream when nothing more is read or written. */
class BothEnds {
  readonly #source: WebSource;
  readonly #open = new Set(['read', 'written']);

  constructor(source: WebSource) {
    this.#source = source;
  }

  async ended(side: 'read' | 'written'): Promise<void> {
    this.#open.delete(side);
    if (this.#open.size === 0) await this.#source.close();
  }
}
