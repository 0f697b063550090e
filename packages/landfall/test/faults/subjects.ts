/**
 * Connections under test, whichever face they have and whichever side made them: what each is told of its loss is
 * counted, and everything that waits on it can be begun at once.
 */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import {
  type BufferedProtocol,
  BufferPool,
  type ByteStream,
  connect,
  FramedProtocol,
  type FrameStream,
  LandfallError,
  type ListenOptions,
  lengthPrefixed,
  listen,
  openFrames,
  openStream,
  type Protocol,
  type Server,
  serveFrames,
  serveStreams,
  type TlsOptions,
  type Transport,
} from 'landfall';
import { within } from '../../dist/testing/waiting.js';
import { addressOf, freeAddress, plainConnection, type Side } from '../support/connections.js';
import { Peer } from '../support/peer.js';

/** Where to connect to, or to listen, and whether over TLS. */
export interface Where {
  readonly host: string;
  readonly port: number;
  readonly tls?: TlsOptions;
}

/** What the frames of the framed faces begin with: four bytes of length. */
export const FRAMING = lengthPrefixed({ lengthBytes: 4 });

/** A connection, and what became of it. */
export class Subject {
  /** What `connectionLost` was called with, each time that it was. */
  readonly losses: (Error | null)[] = [];
  /** Where the large frames of the framed faces land. */
  readonly pool: BufferPool;
  stream: ByteStream | FrameStream | null = null;
  isFramed = false;
  readonly made: Promise<void>;
  readonly #onMade: (transport: Transport) => void;
  #resolveMade: () => void = () => {};
  #transport: Transport | null = null;

  /** @param onMade Called inside `connectionMade`; of a stream that is opened, right after it. */
  constructor(onMade: (transport: Transport) => void, pool: BufferPool = new BufferPool()) {
    this.#onMade = onMade;
    this.pool = pool;
    this.made = new Promise((resolve) => {
      this.#resolveMade = resolve;
    });
  }

  get transport(): Transport {
    if (this.#transport === null) throw new Error('there is no connection yet');
    return this.#transport;
  }

  /** The connection stands. */
  stands(transport: Transport): void {
    this.#transport = transport;
    const protocol = transport.getProtocol();
    const connectionLost = protocol.connectionLost?.bind(protocol);
    protocol.connectionLost = (error) => {
      this.losses.push(error);
      connectionLost?.(error);
    };
    this.#resolveMade();
    this.#onMade(transport);
  }

  /** Begins a read, where the face has reads: of `bytes` bytes, or of one frame. */
  reads(bytes: number): Promise<unknown>[] {
    const { stream } = this;
    if (stream === null) return [];
    return ['readLine' in stream ? stream.readInto(new Uint8Array(bytes)) : stream.read()];
  }

  /** Begins to wait until what was written has left. */
  drains(): Promise<unknown>[] {
    const drain = this.stream === null ? [] : [this.stream.drain()];
    return [this.transport.flushed(), this.transport.flushed({ timeoutMs: 9_000 }), ...drain];
  }

  /** Goes on after a pause. A stream is read to its end, and then closed: it stays open for writing. */
  async goesOn(): Promise<void> {
    this.transport.resumeReading();
    if (this.stream === null) return;
    try {
      for await (const piece of this.stream) if ('release' in piece) piece.release();
    } finally {
      await this.stream.close();
    }
  }

  /** Resolves once the peer has ended or the connection is lost, as this face hears of it. */
  async untilOver(): Promise<void> {
    if (this.stream === null) return this.transport.closed;
    try {
      while ((await this.stream.read()) !== null);
    } catch (error) {
      if (!(error instanceof LandfallError)) throw error;
    }
  }

  /** Closes, and waits for it. */
  close(): Promise<void> {
    if (this.stream !== null) return this.stream.close();
    this.transport.close();
    return this.transport.closed;
  }
}

/** One face. */
export interface Face {
  readonly name: string;
  connect(where: Where, subject: Subject): Promise<void>;
  /** @param subject Called for each connection. @param pool Where frames of all of them land. */
  listen(
    where: Where & Pick<ListenOptions, 'onError' | 'maxConnections'>,
    subject: () => Subject,
    pool: BufferPool,
  ): Promise<Server>;
}

function pushFace(name: string, make: (subject: Subject) => Protocol | BufferedProtocol): Face {
  return {
    name,
    async connect(where, subject) {
      await connect(where, () => make(subject));
    },
    listen: (where, subject) => listen(where, () => make(subject())),
  };
}

function protocolOf(subject: Subject): Protocol {
  return { connectionMade: (transport) => subject.stands(transport), dataReceived() {} };
}

function bufferedOf(subject: Subject): BufferedProtocol {
  const memory = new Uint8Array(50_000);
  return { connectionMade: (transport) => subject.stands(transport), getBuffer: () => memory, bufferUpdated() {} };
}

function framedOf(subject: Subject): FramedProtocol {
  subject.isFramed = true;
  const receiver = { connectionMade: (transport: Transport) => subject.stands(transport), frameReceived() {} };
  return new FramedProtocol({ framing: FRAMING, receiver, pool: subject.pool });
}

function standsAs(subject: Subject, stream: ByteStream | FrameStream): void {
  subject.stream = stream;
  subject.isFramed = !('readLine' in stream);
  subject.stands(stream.transport);
}

/** Serves one stream for as long as it lasts. */
async function serve(subject: Subject, stream: ByteStream | FrameStream): Promise<void> {
  standsAs(subject, stream);
  await stream.closed;
}

export const FACES: readonly Face[] = [
  pushFace('Protocol', protocolOf),
  pushFace('BufferedProtocol', bufferedOf),
  pushFace('FramedProtocol', framedOf),
  {
    name: 'ByteStream',
    connect: async (where, subject) => standsAs(subject, await openStream(where)),
    listen: (where, subject) => serveStreams(where, (stream) => serve(subject(), stream)),
  },
  {
    name: 'FrameStream',
    connect: async (where, subject) =>
      standsAs(subject, await openFrames({ ...where, framing: FRAMING, pool: subject.pool })),
    listen: (where, subject, pool) =>
      serveFrames({ ...where, framing: FRAMING, pool }, (stream) => serve(subject(), stream)),
  },
];

/** A subject, the plain socket at its other end, and its server if it was accepted. */
export interface Connected extends AsyncDisposable {
  readonly subject: Subject;
  readonly peer: Peer;
  readonly server: Server | null;
}

/** @param peerReads False: the peer does not read. */
export function connected(face: Face, side: Side, subject: Subject, peerReads: boolean): Promise<Connected> {
  return side === 'connecting' ? connecting(face, subject, peerReads) : accepted(face, subject, peerReads);
}

async function connecting(face: Face, subject: Subject, peerReads: boolean): Promise<Connected> {
  const netServer = createServer({ allowHalfOpen: true }).listen(freeAddress('TCP'));
  await within('listening', once(netServer, 'listening'));
  const socket = once(netServer, 'connection') as Promise<[Socket]>;
  await within('connecting', face.connect(addressOf({ address: netServer.address()! }) as Where, subject));
  const peer = new Peer((await within('the accepted socket', socket))[0], peerReads);
  const dispose = async (): Promise<void> => {
    subject.transport.abort();
    await peer[Symbol.asyncDispose]();
    netServer.close();
    await within('the close of the plain server', once(netServer, 'close'));
  };
  return { subject, peer, server: null, [Symbol.asyncDispose]: dispose };
}

async function accepted(face: Face, subject: Subject, peerReads: boolean): Promise<Connected> {
  const server = await within(
    'listening',
    face.listen(freeAddress('TCP') as Where, () => subject, subject.pool),
  );
  const peer = new Peer(await plainConnection(addressOf(server)), peerReads);
  await within('the accepted connection', subject.made);
  const dispose = async (): Promise<void> => {
    subject.transport.abort();
    await within('closeAll()', server.closeAll());
    await peer[Symbol.asyncDispose]();
  };
  return { subject, peer, server, [Symbol.asyncDispose]: dispose };
}
