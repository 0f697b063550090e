/** Which runtime this is, for the few cases in which the others differ from Node. */
export const isDeno: boolean = process.versions['deno'] !== undefined;
export const isBun: boolean = process.versions['bun'] !== undefined;
export const isNode: boolean = !isBun && !isDeno;
