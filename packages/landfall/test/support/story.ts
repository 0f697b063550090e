/** What a recording protocol saw, without what differs between the two faces and between two runs. */
import { randomBytes } from 'node:crypto';
import type { Recorded } from './connections.js';

/** The callbacks in order, several receives in a row as one `received`, without `getBuffer`. */
export function story(protocol: Recorded): string[] {
  const names = protocol.calls
    .filter((call) => call !== 'getBuffer')
    .map((call) => (call === 'dataReceived' || call === 'bufferUpdated' ? 'received' : call));
  return names.filter((name, i) => name !== 'received' || names[i - 1] !== 'received');
}

/** Bytes in which a lost, repeated or moved one shows. */
export function noise(bytes: number): Buffer {
  return randomBytes(bytes);
}

/** A number from `low` to below `high`. */
export function randomBelow(low: number, high: number): number {
  return low + Math.floor(Math.random() * (high - low));
}
