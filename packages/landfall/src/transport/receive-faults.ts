/** What receiving fails with, other than a protocol's own errors. */
import { LandfallError } from '../errors.js';

/** The end came without the goodbye of TLS. */
export function truncated(): LandfallError {
  return new LandfallError(
    'ERR_INCOMPLETE',
    'the connection ended without a close_notify of the peer: it may be cut short',
  );
}

/** Memory of a protocol's is gone, and what arrived in it. */
export function detachedWhileLent(): LandfallError {
  return new LandfallError('ERR_BUFFER', 'memory that getBuffer returned was detached while it was lent');
}
