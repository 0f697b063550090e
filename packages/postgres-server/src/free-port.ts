/** A port that nobody listens on. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

const TIMEOUT_MS = 10_000;

/** Chosen by the system. Somebody else may take it before it is used. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening', { signal: AbortSignal.timeout(TIMEOUT_MS) });
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close', { signal: AbortSignal.timeout(TIMEOUT_MS) });
  return port;
}
