/** What a server counts. */
import type { TransportStats } from '../protocol/contracts.js';
import type { Draft } from './channels.js';
import type { ConnectionList } from './connection-list.js';
import type { ServerStats } from './server.js';

type Sum = Draft<TransportStats>;

/** Counts of one server. Of connections that are open there is nothing here: they are asked. */
export class ServerCounts {
  accepted = 0;
  refused = 0;
  handshakesFailed = 0;
  /** What the connections that are over have done. */
  readonly #over: Sum = {
    bytesReceived: 0,
    bytesCopied: 0,
    reads: 0,
    bytesSent: 0,
    writes: 0,
    writesDropped: 0,
  };

  /** A connection is over, which had done so much. */
  connectionGone(stats: TransportStats): void {
    add(this.#over, stats);
  }

  /** Adds what the open connections have done so far. */
  stats(open: ConnectionList, handshakes: number): ServerStats {
    const { accepted, refused, handshakesFailed } = this;
    const sum = { ...this.#over };
    for (const transport of open.toArray()) add(sum, transport.stats());
    return { connections: open.size, accepted, refused, handshakes, handshakesFailed, ...sum };
  }
}

function add(sum: Sum, stats: TransportStats): void {
  sum.bytesReceived += stats.bytesReceived;
  sum.bytesCopied += stats.bytesCopied;
  sum.reads += stats.reads;
  sum.bytesSent += stats.bytesSent;
  sum.writes += stats.writes;
  sum.writesDropped += stats.writesDropped;
}
