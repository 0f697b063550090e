/** The public names of landfall. */
export {
  AbortedError,
  DeadlineError,
  type ErrorCode,
  IncompleteError,
  LandfallError,
  LimitError,
} from './errors.js';
export type { FrameCodec, Framing } from './framing/framing.js';
export { type LengthPrefixedOptions, lengthPrefixed } from './framing/length-prefixed.js';
export type { Endian, IntegerBytes } from './memory/integers.js';
export type {
  BaseProtocol,
  BufferedProtocol,
  Protocol,
  Transport,
  TransportStats,
  WaitOptions,
  WriteOptions,
} from './protocol/contracts.js';
export { FramedProtocol, type FramedProtocolOptions, type FrameReceiver } from './protocol/framed-protocol.js';
export { type ConnectOptions, connect } from './transport/connect.js';
export { type ListenOptions, listen, type Server } from './transport/listen.js';
export type { SocketAddress } from './transport/socket-facts.js';
