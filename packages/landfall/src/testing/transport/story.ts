/** What a recording protocol saw, without what differs between the two faces and between two runs. */
import type { Recorded } from './link.js';

/** The callbacks in order, several receives in a row as one `received`, without `getBuffer`. */
export function story(protocol: Recorded): string[] {
  const names = protocol.calls
    .filter((call) => call !== 'getBuffer')
    .map((call) => (call === 'dataReceived' || call === 'bufferUpdated' ? 'received' : call));
  return names.filter((name, i) => name !== 'received' || names[i - 1] !== 'received');
}
