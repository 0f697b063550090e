/** Options of Node's that must not pass through. */

const OWN_OPTIONS: readonly (readonly [name: string, why: string])[] = [
  ['allowHalfOpen', 'eofReceived decides that, by what it returns'],
  ['onread', 'a BufferedProtocol is what lends memory'],
  ['pauseOnConnect', 'call pauseReading() in connectionMade'],
  ['fd', 'file descriptors are not supported'],
  ['handle', 'handles are not supported'],
  // Passing it on would leave the connection in clear.
  ['tls', 'TLS is not supported yet'],
];

/**
 * Refuses options that are landfall's own to set, or that it does not honour, instead of ignoring them.
 *
 * @throws {TypeError} One is set.
 */
export function refuseOwnOptions(call: string, options: object): void {
  for (const [name, why] of OWN_OPTIONS) {
    if ((options as Record<string, unknown>)[name] !== undefined) {
      throw new TypeError(`${call} takes no option '${name}': ${why}`);
    }
  }
}
