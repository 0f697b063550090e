/** Tools for testing protocols and framings; landfall's own tests use them too. */
export { byteByByte, cutAt, everyFeed, type Feed, seededFeed } from './feeds.js';
export {
  type CallbackName,
  type Reactions,
  RecordingBufferedProtocol,
  RecordingProtocol,
} from './recording-protocol.js';
