/** Which runtime this is, for what cannot be tried on a socket. */

/** Whether this is Deno. */
export const isDeno: boolean = process.versions['deno'] !== undefined;
