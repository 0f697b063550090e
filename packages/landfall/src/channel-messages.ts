/**
 * What landfall publishes through `node:diagnostics_channel`: the channels' names, and what comes on each.
 *
 *     connect     start (handshake start, end) end    then    frame:*  error?  close
 *     listen      start  (handshake start, end) accept  then  frame:*  error?  close      end, after the last close
 *
 * Subscribers are called at once, from inside what they are told of: they look on, and leave the connection alone.
 */
import type { FrameReceivedMessage, FrameSentMessage } from './protocol/frame-channels.js';
import type {
  AcceptMessage,
  AttachMessage,
  CloseMessage,
  ConnectMessage,
  ErrorMessage,
  HandshakeMessage,
  ListenMessage,
} from './transport/channels.js';

/** Each channel's name, and the type of what comes on it. */
export interface ChannelMessages {
  /** `connect`, `openStream` or `openFrames` begins. */
  'landfall:connect:start': ConnectMessage;
  /** The connection stands, over TLS after the handshake; `connectionMade` is called next. */
  'landfall:connect:end': ConnectMessage;
  /** There is no connection: what `connect` rejects with. One of these two follows each start. */
  'landfall:connect:error': ConnectMessage;
  /** A TLS handshake begins: of `connect`, of a server, of `startTls`. */
  'landfall:handshake:start': HandshakeMessage;
  /** The connection is encrypted. */
  'landfall:handshake:end': HandshakeMessage;
  /** It failed, took too long, or was given up. One of these two follows each start. */
  'landfall:handshake:error': HandshakeMessage;
  /** A server listens. */
  'landfall:listen:start': ListenMessage;
  /** It does not listen any more, and its last connection is gone. */
  'landfall:listen:end': ListenMessage;
  /** A server has accepted a connection, over TLS after the handshake; its protocol is made next. */
  'landfall:accept': AcceptMessage;
  /** `attach` has made a connection of a socket, or `memoryPair` of memory; `connectionMade` is called next. */
  'landfall:attach': AttachMessage;
  /** A connection is over, however it was made and ended; its protocol was told before. */
  'landfall:close': CloseMessage;
  /**
   * A connection was lost with an error, or there is one that a server's `onError` is for, be there such a function or not.
   * A handler that fails with what its connection was lost with is not told of a second time.
   * Errors that reject somebody's promise instead, as those of `connect` and of reads, do not come here.
   */
  'landfall:error': ErrorMessage;
  /**
   * A `FramedProtocol` is about to hand a frame to its receiver, or a `FrameStream` to its reader. Whether anybody listens is looked at
   * once for each receive, and for each batch.
   */
  'landfall:frame:received': FrameReceivedMessage;
  /** `writeFrame`, or `write` of a `FrameStream`, has taken a frame to be sent; not one that was dropped. */
  'landfall:frame:sent': FrameSentMessage;
}
