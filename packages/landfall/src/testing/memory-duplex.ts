/**
 * A connection without a network: two streams, each of which receives what is written to the other.
 *
 *     write ──copied──► in flight, up to a bound ──one piece a turn──► data
 *
 * It is one stream for the transports above it, as a socket is, and keeps the habits of one: what is written is taken at
 * once up to a bound, nothing arrives from inside a write, each side ends on its own, and who writes to an end that is
 * gone loses the connection.
 */
import { Duplex } from 'node:stream';

/** How much one end takes that the other does not read, before its writes wait: about what a kernel takes. */
const IN_FLIGHT_BYTES_MAX = 256 * 1024;
/** The largest piece that arrives at once: as Node's sockets have it. */
const PIECE_BYTES_MAX = 64 * 1024;

type Done = (error?: Error | null) => void;

/** Makes both ends of a connection in memory. */
export function memoryDuplexPair(): [Duplex, Duplex] {
  const a = new MemoryEnd();
  const b = new MemoryEnd();
  a.connect(b);
  b.connect(a);
  return [a, b];
}

/** One end. Destroyed without an error it ends like a closed socket; destroyed with one, the other end is reset. */
class MemoryEnd extends Duplex {
  #other: MemoryEnd | null = null;
  /** What is on its way to this end; null is the other one's end. */
  readonly #inFlight: (Uint8Array | null)[] = [];
  #inFlightBytes = 0;
  /** The other end's write that waits for this one to read. */
  #writeWaits: Done | null = null;
  #hasEnd = false;
  #isWanted = false;
  #isScheduled = false;

  constructor() {
    super({ allowHalfOpen: true });
  }

  connect(other: MemoryEnd): void {
    this.#other = other;
  }

  override _read(): void {
    this.#isWanted = true;
    this.#schedule();
  }

  override _write(chunk: Uint8Array, _encoding: BufferEncoding, done: Done): void {
    const other = this.#other!;
    if (other.destroyed) done(brokenPipe());
    else other.#take(chunk, done);
  }

  override _final(done: Done): void {
    this.#other!.#takeEnd();
    done();
  }

  override _destroy(error: Error | null, done: Done): void {
    this.#inFlight.length = 0;
    const waits = this.#writeWaits;
    this.#writeWaits = null;
    // Not from inside this call: the other end hears of it as it would over a network.
    setImmediate(() => {
      waits?.(brokenPipe());
      if (error === null) this.#other!.#takeEnd();
      else this.#other!.destroy(connectionReset());
    });
    done(error);
  }

  #take(chunk: Uint8Array, done: Done): void {
    // A copy: once the write is done its memory may change.
    for (let at = 0; at < chunk.length; at += PIECE_BYTES_MAX) {
      this.#inFlight.push(Buffer.from(chunk.subarray(at, at + PIECE_BYTES_MAX)));
    }
    this.#inFlightBytes += chunk.length;
    if (this.#inFlightBytes <= IN_FLIGHT_BYTES_MAX) done();
    else this.#writeWaits = done;
    this.#schedule();
  }

  #takeEnd(): void {
    if (this.destroyed || this.#hasEnd) return;
    this.#hasEnd = true;
    this.#inFlight.push(null);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isScheduled || !this.#isWanted || this.#inFlight.length === 0) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#arrive();
    });
  }

  #arrive(): void {
    const piece = this.#inFlight.shift();
    if (piece === undefined) return;
    this.#inFlightBytes -= piece?.length ?? 0;
    this.#isWanted = this.push(piece);
    if (this.#inFlightBytes <= IN_FLIGHT_BYTES_MAX) this.#goOnWriting();
    this.#schedule();
  }

  #goOnWriting(): void {
    const waits = this.#writeWaits;
    this.#writeWaits = null;
    waits?.();
  }
}

function brokenPipe(): Error {
  return Object.assign(new Error('the other end is gone'), { code: 'EPIPE' });
}

function connectionReset(): Error {
  return Object.assign(new Error('the other end was destroyed with an error'), { code: 'ECONNRESET' });
}
