/** Feeding a protocol by hand. */
import type { BufferedProtocol, Transport } from 'landfall';

/** What a protocol asks of its connection while it is fed. */
const quiet = (protocol: BufferedProtocol): Transport =>
  ({ isReading: true, isClosing: false, countCopied() {}, getProtocol: () => protocol }) as unknown as Transport;

/** Feeds `bytes` in pieces of these sizes, the last ones in a single piece each time there is room for it. */
export function feedBytes(protocol: BufferedProtocol, bytes: Uint8Array, sizes: readonly number[], isNew = true): void {
  if (isNew) protocol.connectionMade?.(quiet(protocol));
  let at = 0;
  for (let i = 0; at < bytes.length; i++) {
    const room = protocol.getBuffer(-1);
    const piece = bytes.subarray(at, at + Math.min(room.length, sizes[i] ?? bytes.length));
    room.set(piece);
    protocol.bufferUpdated(piece.length);
    at += piece.length;
  }
}
