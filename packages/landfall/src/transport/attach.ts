/** Taking over a connection that somebody else made: after an HTTP upgrade, a CONNECT, a handshake of another library. */
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { types } from 'node:util';
import { LandfallError } from '../errors.js';
import { isBuffered } from '../protocol/callbacks.js';
import type { BufferedProtocol, Protocol, Transport } from '../protocol/contracts.js';
import { attached } from './channels.js';
import { checkFactory } from './options.js';
import { SocketTransport } from './socket-transport.js';

/** How a connection is taken over. */
export interface AttachOptions {
  /** Bytes that were received and not used, the `head` of an HTTP upgrade for example: copied at once, and delivered first. */
  unread?: Uint8Array | undefined;
}

/**
 * Makes a transport of an existing socket, and puts a protocol in charge of it.
 *
 * The socket is landfall's from now on: take your own `data` and `readable` listeners off it before, and do not read,
 * write or pause it any more. What it had received and nobody read is delivered after `unread`. Sockets are received from directly, those of TLS
 * once their handshake is over; other streams are copied from (`receiveMode`).
 *
 * @param socket Open, of `node:net` or `node:tls`, or any other duplex stream of bytes.
 * @param protocolFactory Called once; `connectionMade` has been called when this returns.
 * @throws {TypeError} It is no such stream, or no protocol came from the factory.
 * @throws {LandfallError} `ERR_CLOSED`: the socket is closed already. What the factory throws is thrown on, and the socket left as it is.
 */
export function attach<P extends Protocol | BufferedProtocol>(
  socket: Socket | Duplex,
  protocolFactory: () => P,
  options: AttachOptions = {},
): { transport: Transport; protocol: P } {
  checkFactory('attach', protocolFactory);
  if (typeof socket?.write !== 'function' || typeof socket.read !== 'function')
    throw new TypeError('attach takes a socket or another duplex stream');
  if (socket.readableObjectMode || socket.writableObjectMode) throw new TypeError('attach takes a stream of bytes');
  const { unread } = options;
  if (unread !== undefined && !types.isUint8Array(unread)) throw new TypeError('unread must be a Uint8Array');
  if (socket.destroyed) throw new LandfallError('ERR_CLOSED', 'the socket to attach to is closed');
  const protocol = protocolFactory();
  isBuffered(protocol); // throws if it is no protocol, before anything is made that would call it
  socket.allowHalfOpen = true;
  const transport = new SocketTransport(socket as Socket, protocol, null);
  attached.publish({ transport });
  transport.begin(protocol, [...(unread === undefined ? [] : [unread]), ...received(socket)]);
  return { transport, protocol };
}

/** What the stream has received and nobody has read. */
function received(socket: Duplex): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (;;) {
    const chunk: unknown = socket.read();
    if (chunk === null) return chunks;
    chunks.push(
      typeof chunk === 'string' ? Buffer.from(chunk, socket.readableEncoding ?? 'utf8') : (chunk as Uint8Array),
    );
  }
}
