/** Options of Node's that must not pass through. */

const OWN_OPTIONS: readonly (readonly [name: string, why: string])[] = [
  ['allowHalfOpen', 'eofReceived decides that, by what it returns'],
  ['onread', 'a BufferedProtocol is what lends memory'],
  ['pauseOnConnect', 'call pauseReading() in connectionMade'],
  ['fd', 'file descriptors are not supported'],
  ['handle', 'handles are not supported'],
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

/**
 * Refuses an address that names two places or none: a path given together with a port would be ignored.
 *
 * @throws {TypeError} Neither a port nor a path, or both.
 */
export function checkAddress(call: string, options: { port?: unknown; path?: unknown }): void {
  const [hasPort, hasPath] = [options.port != null, options.path != null];
  if (hasPort && hasPath) throw new TypeError(`${call} takes a port or a path, not both`);
  if (!hasPort && !hasPath) throw new TypeError(`${call} needs a port or a path`);
}

/** The options without those that are undefined, which Node does not always take for left out. */
export function definedOnly<T extends object>(options: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const defined: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(options)) {
    if (value !== undefined) defined[name] = value;
  }
  return defined as never;
}

/** @throws {TypeError} It is no function. */
export function checkFactory(call: string, protocolFactory: unknown): void {
  if (typeof protocolFactory !== 'function') throw new TypeError(`${call} needs a function that makes a protocol`);
}
