/** What a sentence of the transport contract is tried on: connections of one kind, with a protocol of one face. */
import type { BufferedProtocol, Protocol, Transport } from '../../protocol/contracts.js';
import { Peer, type PeerOptions, type PeerProtocol } from '../peer.js';
import { type Reactions, RecordingBufferedProtocol, RecordingProtocol } from '../recording-protocol.js';
import { within } from '../waiting.js';

export type Recorded = RecordingProtocol | RecordingBufferedProtocol;
export type Face = 'Protocol' | 'BufferedProtocol';

/** Both kinds of protocol. */
export const FACES: readonly Face[] = ['Protocol', 'BufferedProtocol'];
export const PROTOCOL: readonly Face[] = ['Protocol'];
export const BUFFERED: readonly Face[] = ['BufferedProtocol'];

/** A connection that stands, with the transport under test at one end. */
export interface OpenedConnection {
  /** In charge of it is the protocol that was given, which has been told by `connectionMade`. */
  readonly transport: Transport;
  /** Called once at the end of a case, when the transport is closed: for a server that was made for it. */
  close?(): Promise<void>;
}

/**
 * Makes a connection of the kind under test, between `protocol` and the `peer` that the suite brings.
 *
 * The peer's end may be the same kind of transport, or another, as long as it calls the peer as a transport would.
 */
export type OpenConnection = (
  protocol: Protocol | BufferedProtocol,
  peer: PeerProtocol,
) => OpenedConnection | Promise<OpenedConnection>;

/** A connected protocol and its peer. */
export interface Pair<P> {
  readonly protocol: P;
  readonly transport: Transport;
  readonly peer: Peer;
}

/** Opens connections, and closes them when a case is over. */
export class Link {
  readonly face: Face;
  /** Whether one side can end, and the other go on. */
  readonly canHalfClose: boolean;
  readonly #open: OpenConnection;
  readonly #opened: { connection: OpenedConnection; peer: Peer }[] = [];

  constructor(open: OpenConnection, face: Face, canHalfClose: boolean) {
    this.#open = open;
    this.canHalfClose = canHalfClose;
    this.face = face;
  }

  /** A recording protocol with this link's face. */
  record(reactions?: Reactions): Recorded {
    return this.face === 'Protocol' ? new RecordingProtocol(reactions) : new RecordingBufferedProtocol(reactions);
  }

  /** Connects `protocol` to a peer. */
  async open<P extends Protocol | BufferedProtocol>(protocol: P, options?: PeerOptions): Promise<Pair<P>> {
    const peer = new Peer(options?.peerReads ?? true);
    const connection = await within('the connection', Promise.resolve(this.#open(protocol, peer)));
    this.#opened.push({ connection, peer });
    await peer.untilConnected();
    return { protocol, transport: connection.transport, peer };
  }

  /** Ends every connection. */
  async close(): Promise<void> {
    await Promise.all(
      this.#opened.map(async ({ connection, peer }) => {
        connection.transport.abort();
        peer.transport.abort();
        await within('transport.closed', connection.transport.closed);
        await within('closed of the peer', peer.transport.closed);
        await connection.close?.();
      }),
    );
  }
}
