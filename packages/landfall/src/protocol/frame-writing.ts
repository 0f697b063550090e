/** Sending frames: what the push face and the pull face of frames share. */
import type { FrameCodec } from '../framing/framing.js';
import { type Lease, MemoryLease } from '../memory/lease.js';
import type { Transport, WriteOptions } from './contracts.js';
import { isToldOfSent, tellSent } from './frame-channels.js';

/** What a frame's payload may be given as. */
export type FramePayload = Uint8Array | Lease | readonly (Uint8Array | Lease)[];

/**
 * Encodes one frame and writes it, and tells whoever listens.
 *
 * @throws {TypeError} The payload is none.
 * @throws {LandfallError} What the codec, a released lease or the transport has to say. Nothing was written, and no lease passed on.
 */
export function writeFrame(
  transport: Transport,
  codec: FrameCodec,
  maxFrameBytes: number,
  payload: FramePayload,
  options: WriteOptions | undefined,
): boolean {
  const isTold = isToldOfSent() && !transport.isClosing;
  if (codec.encodeHeader !== undefined && payload instanceof Uint8Array && !isTold)
    return transport.writeVectored([codec.encodeHeader(payload.length, maxFrameBytes), payload], options);
  const parts = Array.isArray(payload) ? (payload as readonly (Uint8Array | Lease)[]) : [payload as Uint8Array | Lease];
  const views: Uint8Array[] = [];
  let bytes = 0;
  for (const part of parts) {
    const view = part instanceof MemoryLease ? part.bytes : (part as Uint8Array);
    // Of what is no Uint8Array there is no length to send.
    if (!ArrayBuffer.isView(view) || !Number.isSafeInteger(view.length))
      throw new TypeError('writeFrame takes Uint8Arrays and leases');
    bytes += view.length;
    views.push(view);
  }
  const wire: Uint8Array[] = [];
  codec.encode(views, bytes, maxFrameBytes, wire);
  const goOn = transport.writeVectored(wire, options);
  // Afterwards leases are somebody else's.
  if (isTold) tellSent(transport, views);
  for (const part of parts) passOn(part);
  return goOn;
}

/** What waits to be sent is claimed by the output itself. */
function passOn(part: Uint8Array | Lease): void {
  if (part instanceof MemoryLease) part.passOn();
}
