/**
 * Memory that nothing can detach, which is what a kernel may be given a pointer to.
 *
 * The views of a `WebAssembly.Memory` that never grows stay attached whatever is done to them: transferring, cloning or
 * reading into them as a bring-your-own-buffer fails instead. Each such memory reserves gigabytes of *address space*, so
 * they are made few and cut into pieces. Untouched pages take no memory.
 */

/** The unit of WebAssembly memory: sizes are rounded up to it. */
const PAGE_BYTES = 64 * 1024;

/** The part of the platform's `WebAssembly` that is used here; Node's types for version 20 leave it out. */
interface WasmMemoryConstructor {
  new (descriptor: { initial: number; maximum: number }): { readonly buffer: ArrayBuffer };
}

const { Memory } = (globalThis as unknown as { WebAssembly: { Memory: WasmMemoryConstructor } }).WebAssembly;

/**
 * Allocates zeroed memory that cannot be detached.
 *
 * Ordinary memory, which can be, when the platform has no room for one more of the other kind (their address space runs
 * out long before the memory does): better that than to lose connections.
 *
 * @param bytes At least 1; rounded up to 64 KiB.
 * @throws {RangeError} It is over 4 GiB, or there is no memory.
 */
export function allocateUndetachable(bytes: number): Uint8Array<ArrayBuffer> {
  const pages = Math.ceil(bytes / PAGE_BYTES);
  try {
    return new Uint8Array(new Memory({ initial: pages, maximum: pages }).buffer);
  } catch {
    return new Uint8Array(pages * PAGE_BYTES);
  }
}
