/** The kinds of connection that the contract is run over. */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { attach, connect, listen, type Transport } from 'landfall';
import {
  type ChaosOptions,
  type CheckTransportOptions,
  chaos,
  checkTransport,
  memoryPair,
  type OpenConnection,
} from 'landfall/testing';
import { addressOf, type Family, freeAddress, plainConnection } from './connections.js';
import { PlainEnd } from './plain-end.js';
import { within } from './waiting.js';

/** Registers the whole contract as tests. */
export function testContract(kind: string, open: OpenConnection, options?: CheckTransportOptions): void {
  for (const { name, run } of checkTransport(open, options)) test(`${name} over ${kind}`, run);
}

/** By `connect`, to a plain socket. */
export function connecting(family: Family): OpenConnection {
  return async (protocol, peer) => {
    const server = createServer({ allowHalfOpen: true }).listen(freeAddress(family));
    await within('listening', once(server, 'listening'));
    const accepted = once(server, 'connection').then(([socket]) => new PlainEnd(socket as Socket, peer));
    const { transport } = await within(
      'connect()',
      connect(addressOf({ address: server.address()! }), () => protocol),
    );
    await within('the accepted peer', accepted);
    const close = async (): Promise<void> => {
      const closed = once(server, 'close');
      server.close();
      await within('the close of the plain server', closed);
    };
    return { transport, close };
  };
}

/** By `listen`, from a plain socket. */
export function accepted(family: Family): OpenConnection {
  return async (protocol, peer) => {
    // `listen` does not tell which transports it makes: only their protocols know.
    let tell: (transport: Transport) => void;
    const made = new Promise<Transport>((resolve) => {
      tell = resolve;
    });
    const connectionMade = protocol.connectionMade?.bind(protocol);
    protocol.connectionMade = (transport: Transport): void => {
      tell(transport);
      return connectionMade?.(transport);
    };
    const server = await within(
      'listen()',
      listen({ ...freeAddress(family), onError: () => {} }, () => protocol),
    );
    new PlainEnd(await plainConnection(addressOf(server)), peer);
    const transport = await within('the accepted transport', made);
    return { transport, close: () => within('server.closeAll()', server.closeAll()) };
  };
}

/** In memory, between two transports; with chaos if asked for. */
export function inMemory(options?: ChaosOptions): OpenConnection {
  return (protocol, peer) => {
    const [transport] = memoryPair({ factories: [() => protocol, () => peer], chaos: options });
    return { transport };
  };
}

/** A socket with chaos on it, attached to. */
export function chaoticSocket(family: Family, options: ChaosOptions): OpenConnection {
  return async (protocol, peer) => {
    const server = createServer({ allowHalfOpen: true }).listen(freeAddress(family));
    await within('listening', once(server, 'listening'));
    const acceptedSocket = once(server, 'connection').then(([socket]) => new PlainEnd(socket as Socket, peer));
    const socket = await plainConnection(addressOf({ address: server.address()! }));
    await within('the accepted peer', acceptedSocket);
    server.close();
    return { transport: attach(chaos(socket, options), () => protocol).transport };
  };
}
