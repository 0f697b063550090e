/**
 * What a Node row has to say for itself: how it receives frames and how it sends them. Everything else (roles, commands,
 * verification, the clock) is the same for all rows and lives in `server-role.ts` and `client-role.ts`.
 */
import type { Prefix } from './prefix.js';
import type { TlsIdentity } from './tls-identity.js';

/** What both roles are told. */
export interface EndpointOptions {
  prefix: Prefix;
  /** A longer frame ends its connection. */
  maxFrameBytes: number;
  /** Encrypts every connection. */
  tls?: TlsIdentity | undefined;
}

/** Received bytes, and how many of them were moved once more by this program; null where it cannot know. */
export interface Traffic {
  bytesReceived: number;
  bytesCopied: number | null;
}

/** The same with what it took; null likewise. */
export interface EchoTraffic extends Traffic {
  /** Receives that brought bytes. */
  receives: number | null;
  /** Writes handed to the socket; a vectored one counts once. */
  writes: number | null;
}

/** One connection of a row, on either side. */
export interface EchoConnection {
  /** Sends one frame. The payload must not change until the peer has it. */
  send(payload: Uint8Array): void;
  /** Sends back a frame that was just received; the row sees to it that its memory stays untouched until it has left. */
  answer(payload: Uint8Array): void;
  traffic(): EchoTraffic;
  /** Ends the connection after everything sent has left. */
  close(): void;
}

/** Who is told what happens on a row's connections. */
export interface EchoListener {
  made(connection: EchoConnection): void;
  /** A whole frame: `memory` from `start` to `end` is its payload, borrowed until this returns. */
  frame(connection: EchoConnection, memory: Uint8Array, start: number, end: number): void;
  /** Once per connection; null after a clean end. */
  lost(connection: EchoConnection, error: Error | null): void;
}

/** One way of receiving. Both functions use 127.0.0.1. */
export interface Contender {
  /** @returns The port that is listened on. */
  listen(port: number, options: EndpointOptions, listener: EchoListener): Promise<number>;
  connect(port: number, options: EndpointOptions, listener: EchoListener): Promise<EchoConnection>;
}
