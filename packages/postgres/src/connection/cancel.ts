/** Asking a server to cancel what another connection does. */
import type { Transport } from 'landfall';
import { writeCancelRequest } from '../session/startup.js';
import { MessageWriter } from '../wire/message-writer.js';

/**
 * Sends a CancelRequest on a connection of its own; resolves when the server has ended that, which it does once it has
 * passed the request on. Whether there was anything to cancel, it does not say; nor does this whether it could be asked.
 *
 * @param reach Makes the connection, as encrypted as the one whose work is cancelled.
 * @param timeoutMs How long all of it may take.
 */
export async function cancelRequest(
  reach: (signal: AbortSignal) => Promise<Transport>,
  processId: number,
  secretKey: Uint8Array,
  timeoutMs: number,
): Promise<void> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const transport = await reach(signal);
    const writer = new MessageWriter();
    writeCancelRequest(writer, processId, secretKey);
    signal.addEventListener('abort', () => transport.abort(), { once: true });
    transport.write(writer.writtenView(), { copy: true });
    await transport.closed;
  } catch (_unreachable) {
    // Then the deadline of whoever waits for the end of the work decides.
  }
}
