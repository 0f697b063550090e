/** Row `node`: `node:tls`. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import tls, { type TLSSocket } from 'node:tls';
import type { Handshaker, HandshakeTarget } from './handshaking.js';

function open({ port, secureContext }: HandshakeTarget, session?: Uint8Array): TLSSocket {
  const options: tls.ConnectionOptions = { host: '127.0.0.1', port, secureContext };
  if (session !== undefined) options.session = Buffer.from(session);
  const socket = tls.connect(options);
  socket.setNoDelay(true).resume();
  return socket;
}

/** The row. */
export const handshaker: Handshaker = {
  async serve({ cert, key }) {
    const server = tls.createServer({ cert, key }, (socket) => socket.setNoDelay(true).resume());
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return (server.address() as AddressInfo).port;
  },
  async takeSession(target) {
    const socket = open(target);
    const [session] = (await once(socket, 'session')) as [Buffer];
    socket.end();
    return session;
  },
  async shake(target, session) {
    const socket = open(target, session);
    await once(socket, 'secureConnect');
    const isResumed = socket.isSessionReused();
    const closed = once(socket, 'close');
    socket.end();
    await closed;
    return isResumed;
  },
};
