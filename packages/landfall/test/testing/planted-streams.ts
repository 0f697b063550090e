/** How faults are planted in a byte stream: it is one of landfall's own, of which one thing is changed. */
import type { WaitOptions } from 'landfall';
import { memoryPair, type OpenStream } from 'landfall/testing';
import { ByteStream } from '../../dist/stream/byte-stream.js';
import type { Planted } from './finding-faults.js';
import { replace } from './planted.js';

/** Something to change in a stream that is connected. */
export interface StreamFault extends Planted {
  readonly stream?: (stream: ByteStream) => void;
}

/** Streams in memory that have the fault. */
export function withStreamFault(fault: StreamFault): OpenStream {
  return (peer) => {
    const stream = new ByteStream(() => {});
    memoryPair({ factories: [() => stream.protocol, () => peer] });
    fault.stream?.(stream);
    return { stream };
  };
}

/** Those that wait. Each has its options last. */
export const READS = ['read', 'readExactly', 'readInto', 'readUntil', 'readLine', 'readToEnd'] as const;

type Read = (...args: unknown[]) => Promise<unknown>;

/** Puts something around every kind of read. */
export function aroundReads(
  stream: ByteStream,
  around: (read: () => Promise<unknown>, args: unknown[], name: (typeof READS)[number]) => unknown,
): void {
  for (const name of READS) {
    replace(
      stream,
      name,
      (read: Read) =>
        (...args: unknown[]) =>
          around(() => read(...args), args, name),
    );
  }
}

/** Changes what reads settle to. */
export function afterReads(
  stream: ByteStream,
  done: (value: unknown, args: unknown[]) => unknown,
  failed: (error: { code?: string; bytesRead?: number }, args: unknown[]) => unknown = (error) => {
    throw error;
  },
): void {
  aroundReads(stream, (read, args) =>
    read().then(
      (value) => done(value, args),
      (error) => failed(error, args),
    ),
  );
}

/** What a read was told of how it may be cut short. */
export function waitOf(args: readonly unknown[]): WaitOptions {
  const last = args.at(-1);
  return typeof last === 'object' && last !== null && !ArrayBuffer.isView(last) ? last : {};
}
