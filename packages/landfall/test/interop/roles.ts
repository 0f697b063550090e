/** What one end of a connection does, apart from how it receives: the counterparts of those in `asyncio_peer.py`. */
import { createHash, type Hash } from 'node:crypto';
import type { BufferedProtocol, ByteStream, Protocol, Transport } from 'landfall';

/** What a server does: sends back what comes, or answers after the end with how much came and its hash. */
export type ServerRole = 'echo' | 'digest';

/** What one of our ends does, whatever it receives by. */
export interface Role {
  /** It writes what it reads: it reads no more while that cannot leave. A client that did so would wait for itself. */
  readonly isEcho: boolean;
  opened(transport: Transport): void;
  received(bytesView: Uint8Array): void;
  ended(): void;
  /** Sends a piece. Returns whether there may be more. */
  mayWrite(): boolean;
}

/** A server's role. */
export class Serving implements Role {
  readonly isEcho: boolean;
  readonly #hash: Hash = createHash('sha1');
  #transport: Transport | null = null;
  #bytes = 0;

  constructor(role: ServerRole) {
    this.isEcho = role === 'echo';
  }

  opened(transport: Transport): void {
    this.#transport = transport;
  }

  received(bytesView: Uint8Array): void {
    this.#bytes += bytesView.length;
    if (this.isEcho) this.#transport!.write(bytesView, { copy: true });
    else this.#hash.update(bytesView);
  }

  ended(): void {
    if (!this.isEcho) this.#transport!.write(`${this.#bytes} ${this.#hash.digest('hex')}`);
  }

  mayWrite(): boolean {
    return false;
  }
}

/** A client's role: sends a payload in pieces, ends, and gathers what comes back. */
export class Asking implements Role {
  readonly isEcho = false;
  readonly #payload: Uint8Array;
  readonly #pieceBytes: number;
  readonly #chunks: Buffer[] = [];
  #sentBytes = 0;
  #transport: Transport | null = null;

  constructor(payload: Uint8Array, pieceBytes: number) {
    this.#payload = payload;
    this.#pieceBytes = pieceBytes;
  }

  opened(transport: Transport): void {
    this.#transport = transport;
  }

  received(bytesView: Uint8Array): void {
    this.#chunks.push(Buffer.from(bytesView));
  }

  ended(): void {}

  mayWrite(): boolean {
    if (this.#sentBytes >= this.#payload.length) {
      this.#transport!.writeEof();
      return false;
    }
    this.#transport!.write(this.#payload.subarray(this.#sentBytes, this.#sentBytes + this.#pieceBytes));
    this.#sentBytes += this.#pieceBytes;
    return true;
  }

  answer(): Buffer {
    return Buffer.concat(this.#chunks);
  }
}

/** What both kinds of protocol have. */
class Callbacks {
  protected readonly role: Role;
  #transport: Transport | null = null;
  #isPaused = false;
  #hasMore = true;

  constructor(role: Role) {
    this.role = role;
  }

  connectionMade(transport: Transport): void {
    this.#transport = transport;
    this.role.opened(transport);
    this.#send();
  }

  pauseWriting(): void {
    this.#isPaused = true;
    if (this.role.isEcho) this.#transport!.pauseReading();
  }

  resumeWriting(): void {
    this.#isPaused = false;
    this.#send();
    if (this.role.isEcho) this.#transport!.resumeReading();
  }

  eofReceived(): void {
    this.role.ended();
  }

  #send(): void {
    while (this.#hasMore && !this.#isPaused) this.#hasMore = this.role.mayWrite();
  }
}

/** A role by a `Protocol`. */
export class PlainProtocol extends Callbacks implements Protocol {
  dataReceived(data: Uint8Array): void {
    this.role.received(data);
  }
}

/** A role by a `BufferedProtocol`, through memory that is reused. */
export class LendingProtocol extends Callbacks implements BufferedProtocol {
  readonly #memory = new Uint8Array(64 * 1024);

  getBuffer(): Uint8Array {
    return this.#memory;
  }

  bufferUpdated(nbytes: number): void {
    this.role.received(this.#memory.subarray(0, nbytes));
  }
}

/** A role by a `ByteStream`. */
export async function overStream(stream: ByteStream, role: Role): Promise<void> {
  role.opened(stream.transport);
  const sending = send(stream, role);
  for await (const chunk of stream) {
    role.received(chunk);
    if (role.isEcho) await stream.drain();
  }
  role.ended();
  await sending;
  await stream.close();
}

async function send(stream: ByteStream, role: Role): Promise<void> {
  while (role.mayWrite()) await stream.drain();
}
