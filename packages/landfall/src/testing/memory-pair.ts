/** Two transports that are connected to each other in memory: for tests without a network. */
import type { BufferedProtocol, Protocol, Transport } from '../protocol/contracts.js';
import { attach } from '../transport/attach.js';
import { type ChaosOptions, chaos } from './chaos.js';
import { memoryDuplexPair } from './memory-duplex.js';

/** What the ends of a pair are made with. */
export interface MemoryPairOptions {
  /** Makes the protocol of each end; both have been told of the connection when `memoryPair` returns. */
  readonly factories?: readonly [() => Protocol | BufferedProtocol, () => Protocol | BufferedProtocol] | undefined;
  /** Lets everything arrive in pieces and late, at both ends. */
  readonly chaos?: ChaosOptions | undefined;
}

/**
 * Connects two transports to each other.
 *
 * They keep the whole contract, as they are what `attach` makes of any stream; `receiveMode` is `copy`. Everything
 * happens in the same order each time: a piece takes a turn of the event loop, and nothing arrives from inside a call. An
 * end whose stream (`getExtraInfo('socket')`) is destroyed with an error resets the other one. An open pair does not keep
 * the process alive.
 *
 * Without factories an end receives nothing until `setProtocol` puts a protocol in charge, and then begins to read; that
 * protocol is told by `tookOver`, in place of `connectionMade`.
 */
export function memoryPair(options: MemoryPairOptions = {}): [Transport, Transport] {
  const ends = memoryDuplexPair();
  const { factories } = options;
  const [first, second] = ends.map((end, i) => {
    const stream = options.chaos === undefined ? end : chaos(end, { ...options.chaos, seed: options.chaos.seed + i });
    return attach<Protocol | BufferedProtocol>(stream, factories?.[i] ?? nobody).transport;
  });
  return [first!, second!];
}

/** Stands in for a protocol that is still to come: leaves everything unread for it. */
function nobody(): Protocol {
  let transport: Transport;
  return {
    connectionMade(made) {
      transport = made;
      transport.pauseReading();
    },
    dataReceived() {},
    replaced: () => transport.resumeReading(),
  };
}
