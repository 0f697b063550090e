/** Memory that somebody wants to be received into. */
import { LandfallError } from '../errors.js';

/**
 * The bytes of a view of any type.
 *
 * @throws {TypeError} It is none.
 * @throws {LandfallError} `ERR_BUFFER`: memory that may shrink, or that is detached.
 */
export function viewOf(target: ArrayBufferView): Uint8Array {
  if (!ArrayBuffer.isView(target)) throw new TypeError('readInto takes a view of memory');
  if ((target.buffer as { resizable?: boolean }).resizable === true)
    throw new LandfallError('ERR_BUFFER', 'readInto was given a view of a resizable ArrayBuffer, which may shrink');
  try {
    return new Uint8Array(target.buffer, target.byteOffset, target.byteLength);
  } catch (cause) {
    throw new LandfallError('ERR_BUFFER', 'readInto was given a view of a detached ArrayBuffer', { cause });
  }
}
