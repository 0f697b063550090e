/** How many connections a process may have. */
import { readFileSync } from 'node:fs';

/** Descriptors that a process needs besides its connections. */
const OTHER_DESCRIPTORS = 64;

/**
 * How many of the wanted connections one process may have; said aloud when that is fewer.
 *
 * @throws {Error} It is fewer where tests run unattended (CI=true), and nobody would read that.
 */
export function affordable(connections: number): number {
  const limit = descriptorLimit();
  const most = limit - OTHER_DESCRIPTORS;
  if (connections <= most) return connections;
  const lack = `${connections} connections need ${connections + OTHER_DESCRIPTORS} file descriptors in one process, and the limit is ${limit}: raise it (ulimit -n)`;
  if (process.env['CI'] === 'true') throw new Error(`with CI=true this must not be: ${lack}`);
  console.log(`ONLY ${most} CONNECTIONS TESTED: ${lack}`);
  return most;
}

/** Infinite where the system does not tell. */
function descriptorLimit(): number {
  if (process.platform !== 'linux') return Number.POSITIVE_INFINITY;
  const match = readFileSync('/proc/self/limits', 'utf8').match(/^Max open files\s+(\d+|unlimited)/m);
  return match?.[1] === undefined || match[1] === 'unlimited' ? Number.POSITIVE_INFINITY : Number(match[1]);
}
