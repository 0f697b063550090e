/** Something between two sides that passes bytes on for a while, and then does what a network can do. */
import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net';
import { Happenings, loopTurns, within } from '../../dist/testing/waiting.js';

/** What befalls a connection. */
export interface Fault {
  /** Whose bytes are counted, and who loses the connection. */
  readonly from: 'client' | 'server';
  readonly afterBytes: number;
  /** `swallow`: nothing is taken or passed on any more, in either direction, and nothing is said. */
  readonly how: 'reset' | 'end' | 'swallow';
}

/** A proxy in front of a server. */
export interface FaultyProxy extends AsyncDisposable {
  readonly port: number;
  /** Resolves once the fault has befallen a connection. */
  untilFault(): Promise<void>;
}

/** Listens, and connects each client to `port`. */
export async function faultyProxy(port: number, fault: Fault): Promise<FaultyProxy> {
  const sockets: Socket[] = [];
  const happenings = new Happenings();
  let faults = 0;
  const netServer = createServer({ allowHalfOpen: true }, (client) => {
    const server = createConnection({ host: '127.0.0.1', port, allowHalfOpen: true });
    sockets.push(client, server);
    join(client, server, fault, () => {
      faults++;
      happenings.changed();
    });
  });
  netServer.listen(0, '127.0.0.1');
  await within('listening', once(netServer, 'listening'));
  return {
    port: (netServer.address() as AddressInfo).port,
    untilFault: () => happenings.until('the fault', () => faults > 0),
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      netServer.close();
      await within('the close of the proxy', once(netServer, 'close'));
    },
  };
}

function join(client: Socket, server: Socket, fault: Fault, befell: () => void): void {
  const [source, victim] = fault.from === 'client' ? [client, server] : [server, client];
  let bytesLeft = fault.afterBytes;
  let isOver = false;
  const befall = (): void => {
    isOver = true;
    // Later: of bytes and a reset at once, libuv makes bytes and an end.
    void loopTurns().then(() => {
      if (fault.how === 'reset') victim.resetAndDestroy();
      else if (fault.how === 'end') victim.end();
      else for (const socket of [source, victim]) socket.pause();
      befell();
    });
  };
  source.on('data', (chunk: Buffer) => {
    if (isOver) return;
    const passed = chunk.subarray(0, bytesLeft);
    bytesLeft -= passed.length;
    victim.write(passed);
    if (bytesLeft === 0) befall();
  });
  victim.on('data', (chunk) => isOver || source.write(chunk));
  for (const [one, other] of [
    [client, server],
    [server, client],
  ] as const) {
    one.on('end', () => isOver || other.end());
    one.on('error', () => isOver || other.destroy());
  }
  if (bytesLeft === 0) befall();
}
