/** Callers of the server that is killed: one connection each, on either face, with any number of calls under way. */
import { connect, FramedProtocol, type FrameStream, LandfallError, openFrames, type Transport } from 'landfall';
import { answered, FRAMING, payloadOf, requestOf, sumOf } from './rpc-wire.js';

/** A call under way. */
interface Pending {
  readonly sum: number;
  resolve(): void;
  reject(error: Error): void;
}

/** One connection that calls go over. */
export abstract class Caller {
  readonly #pending = new Map<number, Pending>();
  #over: Error | null = null;

  /** Resolves once the answer is here and right; rejects with what the connection was lost with. */
  call(id: number, payloadBytes: number): Promise<void> {
    if (this.#over !== null) return Promise.reject(this.#over);
    const payload = payloadOf(id, payloadBytes);
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { sum: sumOf(payload, 0, payload.length), resolve, reject });
      this.send(requestOf(id, payload));
    });
  }

  get isOver(): boolean {
    return this.#over !== null;
  }

  abstract abort(): void;
  /** Ends in order: nothing is under way. */
  abstract close(): Promise<void>;
  protected abstract send(request: Buffer): void;

  protected answered(memory: Uint8Array, start: number, end: number): void {
    const { id, sum } = answered(memory, start, end);
    const pending = this.#pending.get(id);
    if (pending === undefined) throw new Error(`an answer to ${id}, which waits for none`);
    this.#pending.delete(id);
    if (pending.sum === sum) pending.resolve();
    else pending.reject(new Error(`a wrong answer to ${id}`));
  }

  /** @param error Null for an end that was clean: a server that is killed ends so, too. */
  protected lost(error: Error | null): void {
    this.#over ??= error ?? new LandfallError('ERR_LOST', 'the server has ended');
    for (const pending of this.#pending.values()) pending.reject(this.#over);
    this.#pending.clear();
  }
}

class PushCaller extends Caller {
  readonly framed: FramedProtocol = new FramedProtocol({
    framing: FRAMING,
    receiver: {
      connectionMade: (transport) => {
        this.#transport = transport;
      },
      frameReceived: (memory, start, end) => this.answered(memory, start, end),
      connectionLost: (error) => this.lost(error),
    },
  });
  #transport!: Transport;

  abort(): void {
    this.#transport.abort();
  }

  async close(): Promise<void> {
    this.#transport.close();
    await this.#transport.closed;
  }

  protected send(request: Buffer): void {
    this.framed.writeFrame(request);
  }
}

class PullCaller extends Caller {
  readonly #stream: FrameStream;

  constructor(stream: FrameStream) {
    super();
    this.#stream = stream;
    this.#readAll().then(
      () => this.lost(null),
      (error: Error) => this.lost(error),
    );
  }

  async #readAll(): Promise<void> {
    for await (const { bytes } of this.#stream) this.answered(bytes, 0, bytes.length);
  }

  abort(): void {
    this.#stream.abort();
  }

  close(): Promise<void> {
    return this.#stream.close();
  }

  protected send(request: Buffer): void {
    this.#stream.write(request);
  }
}

const HOST = '127.0.0.1';

/** Calls by a `FramedProtocol`. */
export async function pushCaller(port: number): Promise<Caller> {
  const caller = new PushCaller();
  await connect({ host: HOST, port }, () => caller.framed);
  return caller;
}

/** Calls by a `FrameStream`. */
export async function pullCaller(port: number): Promise<Caller> {
  return new PullCaller(await openFrames({ host: HOST, port, framing: FRAMING }));
}
