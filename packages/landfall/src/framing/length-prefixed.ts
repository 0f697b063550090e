/**
 * Frames whose header says how long they are, as an unsigned integer.
 *
 * One set of options for decoding and for encoding. Everything but the field's width is there for protocols that put
 * more into their header than the length, or count other bytes than the payload's.
 */
import { type Endian, type IntegerBytes, largestUint } from '../memory/integers.js';
import {
  checkMaxFrameBytes,
  checkOversize,
  type Framing,
  MAX_FRAME_BYTES_DEFAULT,
  type OversizePolicy,
} from './framing.js';
import { LengthFirst } from './length-first.js';
import { LengthInHeader } from './length-in-header.js';

/** How far into a frame its length field may begin. */
const LENGTH_OFFSET_MAX = 1024;
/** The longest header: one whose last bytes are the length field. */
const HEADER_BYTES_MAX = LENGTH_OFFSET_MAX + 8;

/**
 * Where the length is, how it is written, what it counts, and how large it may be.
 *
 *     | … | length | … | payload |       frame = headerBytes + (length + lengthAdjustment)
 *     0   ^ lengthOffset
 *                      ^ headerBytes
 *
 * In tokio's `LengthDelimitedCodec`, `headerBytes` is `num_skip`, and the rest has the same meaning; its limit counts
 * the field's value alone. In Netty's `LengthFieldBasedFrameDecoder` it is `initialBytesToStrip`; `lengthAdjustment`
 * counts from the end of the length field there, so its value here is Netty's, plus `lengthOffset + lengthBytes`, minus
 * `headerBytes`; its limit counts the whole frame.
 */
export interface LengthPrefixedOptions {
  /** Bytes of the length field. */
  lengthBytes: IntegerBytes;
  /** Its byte order; `big` by default. */
  endian?: Endian | undefined;
  /** Bytes of the frame in front of the length field, 0 to 1,024; 0 by default. The encoder writes zeros there, unless the header is the payload's (see `stripHeader`). */
  lengthOffset?: number | undefined;
  /** What to add to the field's value to get the bytes behind the header; negative where the field counts more than these. 0 by default. */
  lengthAdjustment?: number | undefined;
  /**
   * Bytes of the frame in front of the payload, 0 to 1,032; up to the end of the length field by default.
   *
   * More: the header goes on behind the field, and the encoder writes zeros there. Less: the payload begins with the
   * rest of the header, when received as when sent; the encoder fills in the length, in a copy of these few bytes.
   */
  headerBytes?: number | undefined;
  /**
   * Whether a frame is received, and given to be sent, without its header; true by default.
   *
   * When false, a payload to send begins with its header, all `headerBytes` of it. Whatever stands in the place of the
   * length is replaced, in a copy. The limit counts what is behind the header all the same.
   */
  stripHeader?: boolean | undefined;
  /** The largest payload accepted and sent, in bytes, from 0 on. 64 MiB by default, and never more than the field can express. */
  maxFrameBytes?: number | undefined;
  /** What becomes of a received frame over the limit; `fail` by default. */
  oversize?: OversizePolicy | undefined;
}

/**
 * Frames with their length in a header.
 *
 * A length above 2^53 - 1, one that is negative after the adjustment, and a frame that would end inside its own length
 * field are `ERR_FRAME` whatever `oversize` says. A payload that the field cannot express, or that is shorter than the
 * header that it should begin with, is refused when sent.
 *
 * @throws {TypeError} A width, byte order or policy that there is not.
 * @throws {RangeError} A number out of its range, or an adjustment that no frame could meet.
 */
export function lengthPrefixed(options: LengthPrefixedOptions): Framing {
  const { lengthBytes, endian = 'big', lengthOffset = 0, lengthAdjustment = 0 } = options;
  if (![1, 2, 3, 4, 8].includes(lengthBytes))
    throw new TypeError(`lengthBytes must be 1, 2, 3, 4 or 8, not ${lengthBytes}`);
  if (endian !== 'big' && endian !== 'little') throw new TypeError(`endian must be 'big' or 'little', not ${endian}`);
  checkRange('lengthOffset', lengthOffset, 0, LENGTH_OFFSET_MAX);
  checkRange('lengthAdjustment', lengthAdjustment, -Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);

  const fieldEnd = lengthOffset + lengthBytes;
  const { headerBytes = fieldEnd, stripHeader = true, oversize = 'fail' } = options;
  checkRange('headerBytes', headerBytes, 0, HEADER_BYTES_MAX);
  if (typeof stripHeader !== 'boolean') throw new TypeError(`stripHeader must be true or false, not ${stripHeader}`);
  checkOversize(oversize);

  const lengthMin = Math.max(0, -lengthAdjustment, fieldEnd - headerBytes - lengthAdjustment);
  const lengthMax = Math.min(largestUint(lengthBytes), Number.MAX_SAFE_INTEGER - headerBytes - lengthAdjustment);
  if (lengthMin > lengthMax)
    throw new RangeError(`with a lengthAdjustment of ${lengthAdjustment} there can be no frame`);
  const { maxFrameBytes: wanted = MAX_FRAME_BYTES_DEFAULT } = options;
  checkMaxFrameBytes(wanted);
  const maxFrameBytes = Math.min(wanted, lengthMax + lengthAdjustment);

  const isPlain = lengthOffset === 0 && lengthAdjustment === 0 && headerBytes === fieldEnd && stripHeader;
  if (isPlain && lengthBytes !== 8)
    return new LengthFirst({ lengthBytes, endian, oversize, payloadBytesMax: lengthMax, maxFrameBytes });
  const where = { lengthBytes, endian, lengthOffset, lengthAdjustment, headerBytes, stripHeader };
  return new LengthInHeader({ ...where, oversize, lengthMin, lengthMax, maxFrameBytes });
}

function checkRange(name: string, value: number, min: number, max: number): void {
  if (Number.isSafeInteger(value) && value >= min && value <= max) return;
  throw new RangeError(`${name} must be a whole number from ${min} to ${max}, not ${value}`);
}
