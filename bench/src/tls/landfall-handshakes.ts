/** Row `landfall`: `connect` and `listen`. */
import type { AddressInfo } from 'node:net';
import { connect, listen, type Protocol, type TlsInfo, type TlsOptions, type Transport } from 'landfall';
import type { Handshaker, HandshakeTarget } from './handshaking.js';

function makeQuiet(): Protocol {
  return {
    dataReceived() {
      throw new Error('nothing is ever sent');
    },
  };
}

async function open({ port, secureContext }: HandshakeTarget, options: TlsOptions): Promise<Transport> {
  const { transport } = await connect({ host: '127.0.0.1', port, tls: { secureContext, ...options } }, makeQuiet);
  return transport;
}

/** The row. */
export const handshaker: Handshaker = {
  async serve({ cert, key }) {
    const server = await listen({ host: '127.0.0.1', port: 0, tls: { cert, key } }, makeQuiet);
    return (server.address as AddressInfo).port;
  },
  async takeSession(target) {
    let transport: Transport | undefined;
    const session = await new Promise<Uint8Array>((resolve, reject) => {
      open(target, { onSession: resolve }).then((opened) => {
        transport = opened;
      }, reject);
    });
    transport?.close();
    return session;
  },
  async shake(target, session) {
    const transport = await open(target, { session });
    const { isSessionReused } = transport.getExtraInfo('tls') as TlsInfo;
    transport.close();
    await transport.closed;
    return isSessionReused;
  },
};
