/** Something between the two sides that sees only ciphertext, and can do to it what a network can. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createConnection, createServer, type Socket } from 'node:net';
import { loopTurns, within } from '../../dist/testing/waiting.js';

/** A proxy for one connection. */
export interface PlainProxy {
  readonly port: number;
  /** Passes nothing on any more, in either direction, and says nothing. */
  holdBack(): void;
  /** Passes on that many bytes more from the client, then ends the server's connection. */
  cutAfter(bytes: number, how: 'reset' | 'end'): void;
  /** Changes the last byte of what the client sends next. */
  tamper(): void;
  close(): Promise<void>;
}

/** Listens, and passes on to `port`. */
export async function plainProxy(target: { port: number }): Promise<PlainProxy> {
  let isHeld = false;
  let bytesLeft = Number.POSITIVE_INFINITY;
  let cut: (toServer: Socket) => void = () => {};
  let isTampering = false;
  const sockets: Socket[] = [];
  const pass = (toServer: Socket, chunk: Buffer): void => {
    if (isHeld || bytesLeft === 0) return;
    if (isTampering) chunk[chunk.length - 1]! ^= 1;
    const passed = chunk.subarray(0, bytesLeft);
    bytesLeft -= passed.length;
    toServer.write(passed);
    // Later: of bytes and a reset at once, libuv makes bytes and an end.
    if (bytesLeft === 0) void loopTurns().then(() => cut(toServer));
  };
  const netServer = createServer({ allowHalfOpen: true }, (client) => {
    const toServer = createConnection({ host: '127.0.0.1', port: target.port, allowHalfOpen: true });
    sockets.push(client, toServer);
    client.on('data', (chunk: Buffer) => pass(toServer, chunk));
    toServer.on('data', (chunk) => isHeld || client.write(chunk));
    client.on('end', () => isHeld || toServer.end());
    toServer.on('end', () => isHeld || client.end());
    client.on('error', () => toServer.destroy());
    toServer.on('error', () => client.destroy());
    toServer.on('close', () => isHeld || client.destroySoon());
  });
  netServer.listen(0, '127.0.0.1');
  await within('listening', once(netServer, 'listening'));
  return {
    port: (netServer.address() as AddressInfo).port,
    holdBack: () => {
      isHeld = true;
    },
    cutAfter: (bytes, how) => {
      bytesLeft = bytes;
      cut = (toServer) => (how === 'reset' ? toServer.resetAndDestroy() : toServer.end());
    },
    tamper: () => {
      isTampering = true;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      const gone = once(netServer, 'close');
      netServer.close();
      await within('the close of the proxy', gone);
    },
  };
}
