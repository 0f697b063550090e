/** Tools for testing protocols, framings and transports; landfall's own tests use them too. */
export type { ContractCase } from './case.js';
export { type ChaosOptions, chaos } from './chaos.js';
export { checkFraming } from './check-framing.js';
export { checkProtocol } from './check-protocol.js';
export { checkStream } from './check-stream.js';
export { checkTransport } from './check-transport.js';
export type { CheckConnectionOptions } from './connection-contract.js';
export { byteByByte, cutAt, everyFeed, type Feed, seededFeed } from './feeds.js';
export { type MemoryPairOptions, memoryPair } from './memory-pair.js';
export type { PeerProtocol, PeerTransport } from './peer.js';
export type { ProtocolScript } from './protocol/driven.js';
export { seededRandom } from './random.js';
export {
  type CallbackName,
  type Reactions,
  RecordingBufferedProtocol,
  RecordingProtocol,
} from './recording-protocol.js';
export type { OpenedStream, OpenStream, TestedStream } from './stream/link.js';
export type { OpenConnection, OpenedConnection } from './transport/link.js';
