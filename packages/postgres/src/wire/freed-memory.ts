/**
 * Keeps memory that is freed from being given back to the system, page by page, and asked for anew.
 *
 * Memory that becomes that of values is freed by the collector, many megabytes at once. glibc gives it back where more than
 * 128 KiB at the end of its heap are free, and each of its pages costs a fault when it is wanted again. That limit is
 * raised to twice the size of the largest block of its own that was ever freed (mallopt(3): M_MMAP_THRESHOLD), as happens
 * in programs with large buffers sooner or later. So one such block is taken, never touched, and dropped. Other
 * allocators make nothing of it. Measured in `docs/decisions/0021-freed-memory-is-kept.md`.
 */

/** Below 8 MiB with what is kept beside it, so that 16 MiB stay, as are new between two collections. */
const DROPPED_BYTES = 8 * 1024 * 1024 - 64 * 1024;

const asked: { isDone: boolean } = { isDone: false };

/** Does so, once in each thread. For the first memory that is given away. */
export function keepFreedMemory(): void {
  if (asked.isDone) return;
  asked.isDone = true;
  Buffer.allocUnsafeSlow(DROPPED_BYTES);
}
