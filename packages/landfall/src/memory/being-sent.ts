/** Which memory waits to be sent by reference: it must not be received into before it has left. */
import { blockOf } from './arena.js';

/** Of what is no pool's; a pool's blocks know themselves who has a claim on them. */
const viewsOf = new Map<ArrayBufferLike, Uint8Array[]>();

/** `view` of `buffer` is kept by reference from now on. */
export function beginSending(view: Uint8Array, buffer: ArrayBufferLike): void {
  const views = viewsOf.get(buffer);
  if (views === undefined) viewsOf.set(buffer, [view]);
  else views.push(view);
}

/** What `beginSending` got, the very same objects, has left. */
export function endSending(view: Uint8Array, buffer: ArrayBufferLike): void {
  const views = viewsOf.get(buffer);
  if (views === undefined) return;
  views.splice(views.indexOf(view), 1);
  if (views.length === 0) viewsOf.delete(buffer);
}

/** Whether any byte of `view`, or of the block it lies in, may wait to be sent, on whichever connection of the thread. */
export function isBeingSent(view: Uint8Array): boolean {
  const block = blockOf(view);
  // One claim is its lease's. None: it was released, and is not to be received into either.
  if (block !== undefined) return !block.isClaimedOnce;
  const { byteOffset, length } = view;
  const views = viewsOf.get(view.buffer);
  if (views === undefined) return false;
  return views.some((sent) => sent.byteOffset < byteOffset + length && byteOffset < sent.byteOffset + sent.length);
}
