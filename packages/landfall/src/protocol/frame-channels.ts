/** Telling of frames: the diagnostics channels that every frame passes by, if somebody listens. */
import { channel } from 'node:diagnostics_channel';
import type { Transport } from './contracts.js';

/** One of landfall's diagnostics channels: publishes messages of one kind. */
export interface Publisher<Message> {
  /** Cheap enough to ask for each receive. */
  readonly hasSubscribers: boolean;
  /** Calls the subscribers, one after the other. Never throws: what they throw is an uncaught exception, a turn later. */
  publish(message: Message): void;
}

/** A frame arrived: its payload is `memory[start, end)`, borrowed until the subscriber returns. */
export interface FrameReceivedMessage {
  readonly transport: Transport;
  readonly memory: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/** A frame was written. */
export interface FrameSentMessage {
  readonly transport: Transport;
  /** What makes up the payload together, borrowed until the subscriber returns. */
  readonly payload: readonly Uint8Array[];
}

const received: Publisher<FrameReceivedMessage> = channel('landfall:frame:received');
const sent: Publisher<FrameSentMessage> = channel('landfall:frame:sent');

/** Whether somebody wants to hear of received frames. To be asked once for many of them. */
export function isToldOfReceived(): boolean {
  return received.hasSubscribers;
}

/** Whether somebody wants to hear of written frames. */
export function isToldOfSent(): boolean {
  return sent.hasSubscribers;
}

/** Tells whoever listens of the received frame `memory[start, end)`. */
export function tellReceived(transport: Transport, memory: Uint8Array, start: number, end: number): void {
  if (received.hasSubscribers) received.publish({ transport, memory, start, end });
}

/** Tells whoever listens of a written frame. */
export function tellSent(transport: Transport, payload: readonly Uint8Array[]): void {
  sent.publish({ transport, payload });
}
