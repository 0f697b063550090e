/** The other end of a connection under test: writes down what it sees. */
import type { Protocol, Transport } from '../protocol/contracts.js';
import { Happenings } from './waiting.js';

/** What is asked of the other end: any transport has it, and so have a few lines around a plain socket. */
export type PeerTransport = Pick<
  Transport,
  'write' | 'writeEof' | 'canWriteEof' | 'flushed' | 'pauseReading' | 'resumeReading' | 'close' | 'abort' | 'closed'
>;

/** How the peer is to behave at first. */
export interface PeerOptions {
  /** False: it does not read until it is told to. */
  readonly peerReads?: boolean;
}

/** The protocol of the other end, which the suite brings. */
export interface PeerProtocol extends Protocol {
  connectionMade(transport: PeerTransport): void;
  /** @returns True: the other end stays open for writing. */
  eofReceived(): boolean;
  connectionLost(error: Error | null): void;
}

/** Open at both sides until told otherwise. */
export class Peer implements PeerProtocol {
  /** The connection's end, as this side saw it. */
  hasEnded = false;
  isClosed = false;
  readonly #reads: boolean;
  #transport: PeerTransport | undefined;
  readonly #happenings = new Happenings();
  readonly #chunks: Uint8Array[] = [];
  #bytesReceived = 0;

  /** @param reads False for a peer that does not read, until `read` is called. */
  constructor(reads: boolean) {
    this.#reads = reads;
  }

  get transport(): PeerTransport {
    if (this.#transport === undefined) throw new Error('connectionMade of the peer was not called');
    return this.#transport;
  }

  get bytesReceived(): number {
    return this.#bytesReceived;
  }

  receivedCopy(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  read(): void {
    this.transport.resumeReading();
  }

  write(data: Uint8Array | string): void {
    this.transport.write(data);
  }

  /** Resolves once it has left this end. */
  send(data: Uint8Array | string): Promise<void> {
    this.write(data);
    return this.transport.flushed();
  }

  /** Ends this end; the connection with it where that is the only way. */
  end(): void {
    if (this.transport.canWriteEof) this.transport.writeEof();
    else this.transport.close();
  }

  untilConnected(): Promise<void> {
    return this.#happenings.until('the peer’s connection', () => this.#transport !== undefined);
  }

  untilBytes(bytes: number): Promise<void> {
    return this.#happenings.until(`${bytes} bytes at the peer`, () => this.#bytesReceived >= bytes);
  }

  untilEnd(): Promise<void> {
    return this.#happenings.until('the end at the peer', () => this.hasEnded);
  }

  /** By an end from the other side, or by an error. */
  untilGone(): Promise<void> {
    return this.#happenings.until('the loss at the peer', () => this.hasEnded || this.isClosed);
  }

  connectionMade(transport: PeerTransport): void {
    this.#transport = transport;
    if (!this.#reads) transport.pauseReading();
    this.#happenings.changed();
  }

  dataReceived(data: Uint8Array): void {
    this.#chunks.push(data);
    this.#bytesReceived += data.length;
    this.#happenings.changed();
  }

  eofReceived(): boolean {
    this.hasEnded = true;
    this.#happenings.changed();
    return true;
  }

  connectionLost(): void {
    this.isClosed = true;
    this.#happenings.changed();
  }
}
