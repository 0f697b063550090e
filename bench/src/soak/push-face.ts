/** The face `push`: `FramedProtocol`. */
import type { AddressInfo } from 'node:net';
import { connect, FramedProtocol, type FrameReceiver, lengthPrefixed, listen, type Transport } from 'landfall';
import type { EchoListener, Face, Link, LinkListener } from './face.js';

const framing = lengthPrefixed({ lengthBytes: 4, endian: 'big' });

/** Echoes every frame as it comes, and receives nothing while too much waits to be sent. */
function echoReceiver(listener: EchoListener): FrameReceiver {
  let transport: Transport | undefined;
  return {
    connectionMade(made) {
      transport = made;
    },
    frameReceived(memory, start, end, framed) {
      framed.writeFrame(memory.subarray(start, end));
      listener.echoed(end - start);
    },
    pauseWriting: () => transport?.pauseReading(),
    resumeWriting: () => transport?.resumeReading(),
    connectionLost: (error) => listener.lost(error),
  };
}

/** Hands everything on to the listener. */
function linkReceiver(listener: LinkListener): FrameReceiver {
  return {
    frameReceived: (memory, start, end) => listener.received(memory, start, end),
    resumeWriting: () => listener.writable(),
    connectionLost: (error) => listener.lost(error),
  };
}

function linkOver(transport: Transport, framed: FramedProtocol): Link {
  return {
    send: (parts) => framed.writeFrame(parts),
    pause: () => transport.pauseReading(),
    resume: () => transport.resumeReading(),
    close: () => transport.close(),
    abort: () => transport.abort(),
  };
}

/** The face. */
export const face: Face = {
  async serve(listener) {
    const server = await listen(
      { host: '127.0.0.1', port: 0 },
      () => new FramedProtocol({ framing, receiver: echoReceiver(listener) }),
    );
    return (server.address as AddressInfo).port;
  },
  async open(port, listener) {
    const { transport, protocol } = await connect(
      { host: '127.0.0.1', port },
      () => new FramedProtocol({ framing, receiver: linkReceiver(listener) }),
    );
    return linkOver(transport, protocol);
  },
};
