/** Which memory waits to be sent by reference: it must not be received into before it has left. */
import { blockOf } from './arena.js';

/** Of what is no pool's, how often each view waits; a pool's blocks know themselves who has a claim on them. */
const viewsOf = new Map<ArrayBufferLike, Map<Uint8Array, number>>();

/** `view` of `buffer` is kept by reference from now on. */
export function beginSending(view: Uint8Array, buffer: ArrayBufferLike): void {
  const views = viewsOf.get(buffer);
  if (views === undefined) viewsOf.set(buffer, new Map([[view, 1]]));
  else views.set(view, (views.get(view) ?? 0) + 1);
}

/** What `beginSending` got, the very same objects, has left. */
export function endSending(view: Uint8Array, buffer: ArrayBufferLike): void {
  const views = viewsOf.get(buffer);
  const count = views?.get(view);
  if (views === undefined || count === undefined) return;
  if (count > 1) views.set(view, count - 1);
  else views.delete(view);
  if (views.size === 0) viewsOf.delete(buffer);
}

/** Whether any byte of `view`, or of the block it lies in, may wait to be sent, on whichever connection of the thread. */
export function isBeingSent(view: Uint8Array): boolean {
  const block = blockOf(view);
  // One claim is its lease's. None: it was released, and is not to be received into either.
  if (block !== undefined) return !block.isClaimedOnce;
  const { byteOffset, length } = view;
  const views = viewsOf.get(view.buffer);
  if (views === undefined) return false;
  for (const sent of views.keys())
    if (sent.byteOffset < byteOffset + length && byteOffset < sent.byteOffset + sent.length) return true;
  return false;
}
