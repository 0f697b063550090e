/** Landing a frame in memory of its receiver's. */
import { isBeingSent } from '../memory/being-sent.js';
import { refusePromise } from './callbacks.js';
import { LentFrame } from './large-frame.js';

/** Who may give memory. */
interface Lender {
  getFrameBuffer?(frameBytes: number, header: Uint8Array): Uint8Array | undefined;
}

/**
 * Asks for memory, once the frame's header is here.
 *
 * @param arrivedView What has arrived of the frame; copied.
 * @returns Null if the receiver gives none, or some that waits to be sent.
 * @throws {LandfallError} `ERR_BUFFER`: what it gave is no memory, or too little. What it threw.
 */
export function lentFrame(
  receiver: Lender,
  headerBytes: number,
  arrivedView: Uint8Array,
  frameBytes: number,
): LentFrame | null {
  if (receiver.getFrameBuffer === undefined || arrivedView.length < headerBytes) return null;
  const payloadBytes = frameBytes - headerBytes;
  const headerView = arrivedView.subarray(0, headerBytes);
  const view = receiver.getFrameBuffer(payloadBytes, headerView);
  if (view === undefined) return null;
  refusePromise('getFrameBuffer', view);
  if (view instanceof Uint8Array && isBeingSent(view)) return null;
  return new LentFrame(view, payloadBytes, headerView, arrivedView.subarray(headerBytes));
}
