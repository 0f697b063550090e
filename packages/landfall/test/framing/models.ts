/** What each decoder should do, said once more in the plainest way: with the whole stream at hand, and bigints for lengths. */
import type { LengthPrefixedOptions, OversizePolicy } from 'landfall';
import type { Decoded } from '../../dist/testing/framing/decoding.js';

/** What the start of a stream is: a frame and where its payload lies, bytes to skip, an error, or null for no whole frame. */
export type Reading = { bytes: number; from: number; to: number } | { skip: number } | { error: string } | null;

/** One decoder. */
export interface Model {
  /** Reads the start of what is left of the stream, which is not empty. */
  read(rest: Buffer): Reading;
  /** What is left at the end of the stream, and no whole frame, is a frame of so many bytes after all; or null. */
  readEnd?(rest: Buffer): Reading;
}

/** Options with nothing left out. */
export type EveryOption = { [K in keyof LengthPrefixedOptions]-?: NonNullable<LengthPrefixedOptions[K]> };

const LARGEST = BigInt(Number.MAX_SAFE_INTEGER);

/** Decodes a whole stream. */
export function modelDecode(model: Model, bytes: Uint8Array): Decoded {
  const frames: string[] = [];
  let rest = Buffer.from(bytes);
  while (rest.length > 0) {
    const reading = model.read(rest) ?? model.readEnd?.(rest) ?? null;
    if (reading === null) return { frames, end: 'inside a frame' };
    if ('error' in reading) return { frames, end: reading.error };
    const size = 'skip' in reading ? reading.skip : reading.bytes;
    if (size > rest.length) return { frames, end: 'inside a frame' };
    if ('from' in reading) frames.push(rest.subarray(reading.from, reading.to).toString('latin1'));
    rest = rest.subarray(size);
  }
  return { frames, end: 'clean' };
}

/** A declared size: over the limit, beyond what can be counted, or a frame. */
function declared(
  headerBytes: number,
  payloadBytes: bigint,
  seenBytes: number,
  maxFrameBytes: number,
  oversize: OversizePolicy,
): Reading {
  const bytes = BigInt(headerBytes) + payloadBytes;
  const isOver = payloadBytes > BigInt(maxFrameBytes);
  if (isOver && oversize === 'fail') return { error: `ERR_LIMIT: ${payloadBytes} over ${maxFrameBytes}` };
  if (bytes > LARGEST) return { error: `ERR_FRAME in ${seenBytes} bytes` };
  return isOver ? { skip: Number(bytes) } : { bytes: Number(bytes), from: headerBytes, to: Number(bytes) };
}

/** A length in a header. */
export function lengthPrefixedModel(options: EveryOption): Model {
  const { lengthBytes, lengthOffset, lengthAdjustment, headerBytes, endian, stripHeader } = options;
  const fieldEnd = lengthOffset + lengthBytes;
  return {
    read(rest) {
      if (rest.length < fieldEnd) return null;
      const field = Buffer.from(rest.subarray(lengthOffset, fieldEnd));
      const length = BigInt(`0x${(endian === 'big' ? field : field.reverse()).toString('hex')}`);
      const payloadBytes = length + BigInt(lengthAdjustment);
      const cannotBe = length > LARGEST || payloadBytes < 0n || payloadBytes + BigInt(headerBytes) < BigInt(fieldEnd);
      if (cannotBe) return { error: `ERR_FRAME in ${fieldEnd} bytes` };
      const reading = declared(headerBytes, payloadBytes, fieldEnd, options.maxFrameBytes, options.oversize);
      return reading !== null && 'from' in reading && !stripHeader ? { ...reading, from: 0 } : reading;
    },
  };
}

/** A length as a varint. */
export function varintModel(maxFrameBytes: number, oversize: OversizePolicy): Model {
  return {
    read(rest) {
      const headerBytes = rest.findIndex((byte) => byte < 0x80) + 1;
      if (rest.length >= 10 && (headerBytes === 0 || headerBytes > 10)) return { error: 'ERR_FRAME in 10 bytes' };
      if (headerBytes === 0) return null;
      const length = rest.subarray(0, headerBytes).reduceRight((sum, byte) => sum * 128n + BigInt(byte % 128), 0n);
      if (length > LARGEST) return { error: `ERR_FRAME in ${headerBytes} bytes` };
      return declared(headerBytes, length, headerBytes, maxFrameBytes, oversize);
    },
  };
}

/** Everything up to a delimiter. */
export function untilModel(delimiter: string, maxFrameBytes: number, oversize: OversizePolicy): Model {
  return {
    read(rest) {
      const found = rest.indexOf(delimiter, 0, 'latin1');
      const bytes = found + delimiter.length;
      if (found !== -1 && found <= maxFrameBytes) return { bytes, from: 0, to: found };
      // Where the delimiter begins that the next bytes may complete; at the end of the stream if none does.
      const text = rest.toString('latin1');
      let begun = Math.max(0, rest.length - delimiter.length + 1);
      while (!delimiter.startsWith(text.slice(begun))) begun++;
      if (found === -1 && begun <= maxFrameBytes) return null;
      if (oversize === 'fail') return { error: `ERR_LIMIT: ${maxFrameBytes + 1} over ${maxFrameBytes}` };
      return { skip: found === -1 ? rest.length : bytes };
    },
  };
}

/** Lines. */
export function linesModel(maxLineBytes: number, oversize: OversizePolicy): Model {
  const withoutReturn = (line: Buffer): number => (line.at(-1) === 0x0d ? line.length - 1 : line.length);
  return {
    read(rest) {
      const reading = untilModel('\n', maxLineBytes, oversize).read(rest);
      if (reading === null || !('from' in reading)) return reading;
      return { ...reading, to: withoutReturn(rest.subarray(0, reading.to)) };
    },
    readEnd(rest) {
      if (rest.toString('latin1') === '\r') return { skip: 1 };
      return { bytes: rest.length, from: 0, to: withoutReturn(rest) };
    },
  };
}
