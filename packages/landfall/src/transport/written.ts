/** What `write` accepts. */
import { types } from 'node:util';
import { MemoryLease } from '../memory/lease.js';
import { refuseReleased } from '../memory/outbox.js';

/**
 * What is to be written, looked at before anything of the call takes effect.
 *
 * @throws {TypeError} `what`.
 * @throws {LandfallError} `ERR_RELEASED`.
 */
export function bytesOf(data: unknown, what: string): Uint8Array {
  const bytes = data instanceof MemoryLease ? data.bytes : data;
  // The first question is the cheaper one, and the second also finds those of other realms.
  if (!(bytes instanceof Uint8Array || types.isUint8Array(bytes))) throw new TypeError(what);
  refuseReleased(bytes);
  return bytes;
}
