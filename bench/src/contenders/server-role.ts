/** The server's side of every Node row: answers each frame with itself and adds up what its connections received. */
import type { Contender, EchoConnection, EchoListener, EndpointOptions, Traffic } from './contender.js';

/** An echo server that is listening. */
export interface EchoServer {
  port: number;
  /** Summed over all connections so far, ended ones included. */
  traffic(): Traffic;
}

/** Starts the echo server of a row; it ends with the process. A connection that breaks is told to `log`. */
export async function serveEcho(
  contender: Contender,
  port: number,
  options: EndpointOptions & { log(line: string): void },
): Promise<EchoServer> {
  const open = new Set<EchoConnection>();
  let ended: Traffic = { bytesReceived: 0, bytesCopied: 0 };
  const listener: EchoListener = {
    made(connection) {
      open.add(connection);
    },
    frame(connection, memory, start, end) {
      connection.answer(memory.subarray(start, end));
    },
    lost(connection, error) {
      if (open.delete(connection)) ended = add(ended, connection.traffic());
      if (error !== null) options.log(`a connection was lost: ${error.message}`);
    },
  };
  return {
    port: await contender.listen(port, options, listener),
    traffic: () => [...open].reduce((sum, connection) => add(sum, connection.traffic()), ended),
  };
}

function add(left: Traffic, right: Traffic): Traffic {
  const isKnown = left.bytesCopied !== null && right.bytesCopied !== null;
  return {
    bytesReceived: left.bytesReceived + right.bytesReceived,
    bytesCopied: isKnown ? (left.bytesCopied ?? 0) + (right.bytesCopied ?? 0) : null,
  };
}
