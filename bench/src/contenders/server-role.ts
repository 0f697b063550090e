/** The server's side of every Node row: answers each frame with itself and adds up what its connections received. */
import { sumOfKnown } from '../harness/statistics.js';
import type { Contender, EchoConnection, EchoListener, EchoTraffic, EndpointOptions } from './contender.js';

/** An echo server that is listening. */
export interface EchoServer {
  port: number;
  /** Summed over all connections so far, ended ones included. */
  traffic(): EchoTraffic;
}

/** Starts the echo server of a row; it ends with the process. A connection that breaks is told to `log`. */
export async function serveEcho(
  contender: Contender,
  port: number,
  options: EndpointOptions & { log(line: string): void },
): Promise<EchoServer> {
  const open = new Set<EchoConnection>();
  let ended: EchoTraffic = { bytesReceived: 0, bytesCopied: 0, receives: 0, writes: 0 };
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

function add(left: EchoTraffic, right: EchoTraffic): EchoTraffic {
  return {
    bytesReceived: left.bytesReceived + right.bytesReceived,
    bytesCopied: sumOfKnown([left.bytesCopied, right.bytesCopied]),
    receives: sumOfKnown([left.receives, right.receives]),
    writes: sumOfKnown([left.writes, right.writes]),
  };
}
