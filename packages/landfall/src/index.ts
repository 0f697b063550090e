/** The public names of landfall. */
export type { ChannelMessages } from './channel-messages.js';
export {
  AbortedError,
  DeadlineError,
  type ErrorCode,
  FrameError,
  IncompleteError,
  LandfallError,
  LimitError,
} from './errors.js';
export { type DelimitedOptions, delimited } from './framing/delimited.js';
export { fixedSize } from './framing/fixed-size.js';
export type { FrameCodec, Framing, OversizePolicy } from './framing/framing.js';
export { type LengthPrefixedOptions, lengthPrefixed } from './framing/length-prefixed.js';
export { type LinesOptions, lines } from './framing/lines.js';
export { type VarintPrefixedOptions, varintPrefixed } from './framing/varint-prefixed.js';
export { BufferPool, type BufferPoolOptions, type PoolMemory, type PoolStats } from './memory/buffer-pool.js';
export type { Endian, IntegerBytes } from './memory/integers.js';
export type { Lease } from './memory/lease.js';
export {
  type OpenFramesOptions,
  type OpenStreamOptions,
  openFrames,
  openStream,
  type ServeFramesOptions,
  serveFrames,
  serveStreams,
} from './open.js';
export type {
  BaseProtocol,
  BufferedProtocol,
  Protocol,
  Transport,
  TransportStats,
  WaitOptions,
  WriteOptions,
} from './protocol/contracts.js';
export type { FrameReceivedMessage, FrameSentMessage } from './protocol/frame-channels.js';
export type { FramePayload } from './protocol/frame-writing.js';
export { FramedProtocol, type FramedProtocolOptions, type FrameReceiver } from './protocol/framed-protocol.js';
export type { StartTlsOptions, TlsMaterial, TlsOptions } from './protocol/tls.js';
export type { ByteStream, LimitOptions, ReadIntoOptions } from './stream/byte-stream.js';
export type { FrameBatch } from './stream/frame-batch.js';
export type { Frame, FrameStream, FrameStreamOptions } from './stream/frame-stream.js';
export type { NodeSocket } from './stream/to-node.js';
export type { WebStreams } from './stream/to-web.js';
export { type AttachOptions, attach } from './transport/attach.js';
export type {
  AcceptMessage,
  AttachMessage,
  CloseMessage,
  ConnectMessage,
  ErrorMessage,
  HandshakeMessage,
  ListenMessage,
} from './transport/channels.js';
export { type ConnectOptions, connect } from './transport/connect.js';
export { type ListenOptions, listen } from './transport/listen.js';
export type { Server, ServerStats } from './transport/server.js';
export type { SocketAddress } from './transport/socket-facts.js';
export type { TlsInfo } from './transport/tls-info.js';
