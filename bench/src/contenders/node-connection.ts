/** What the rows on `node:net` have in common: listening, connecting and telling how a socket ended. */

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import net from 'node:net';
import tls from 'node:tls';
import type { Contender, EchoConnection, EchoListener, EndpointOptions } from './contender.js';

/** Makes a row's connection on a connected socket. It is told nothing else, and ends the socket itself on a bad frame. */
export type OpenNodeConnection = (
  socket: net.Socket,
  options: EndpointOptions,
  onFrame: (connection: EchoConnection, payload: Uint8Array) => void,
) => EchoConnection & { readonly isBetweenFrames: boolean };

/** A row on `node:net`, told by how it makes a connection. */
export function nodeContender(open: OpenNodeConnection): Contender {
  const start = (socket: net.Socket, options: EndpointOptions, listener: EchoListener): EchoConnection => {
    let lostWith: Error | null = null;
    const connection = open(socket, options, (self, payload) => listener.frame(self, payload, 0, payload.length));
    socket.on('error', (error) => {
      lostWith = error;
    });
    socket.on('close', () => {
      const isCutShort = lostWith === null && !connection.isBetweenFrames;
      listener.lost(connection, isCutShort ? new Error('the peer ended inside a frame') : lostWith);
    });
    socket.setNoDelay(true);
    listener.made(connection);
    return connection;
  };
  return {
    async listen(port, options, listener) {
      const accept = (socket: net.Socket): unknown => start(socket, options, listener);
      const server = options.tls ? tls.createServer(options.tls, accept) : net.createServer(accept);
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
      return (server.address() as AddressInfo).port;
    },
    async connect(port, options, listener) {
      const where = { host: '127.0.0.1', port };
      const socket = options.tls ? tls.connect({ ...where, ca: options.tls.cert }) : net.connect(where);
      await once(socket, options.tls ? 'secureConnect' : 'connect');
      return start(socket, options, listener);
    },
  };
}
