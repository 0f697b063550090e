/** One face of frames, as both ends of the soak use it. */

/** What is done on a connection. */
export interface Link {
  /** Sends one frame of several parts, which must not change afterwards. False: `writable` says when to go on. */
  send(parts: readonly Uint8Array[]): boolean;
  /** Stops receiving. */
  pause(): void;
  resume(): void;
  /** Ends the connection once everything sent has left. */
  close(): void;
  /** Ends it at once. */
  abort(): void;
}

/** Who is told what happens on it. */
export interface LinkListener {
  /** A whole frame, borrowed until this returns. */
  received(memory: Uint8Array, start: number, end: number): void;
  writable(): void;
  /** Once; null after a clean end. */
  lost(error: Error | null): void;
}

/** What an echo server is told. */
export interface EchoListener {
  echoed(frameBytes: number): void;
  lost(error: Error | null): void;
}

/** One face. Both functions use 127.0.0.1 and frames with a u32 big-endian length of the payload in front. */
export interface Face {
  /** Starts an echo server, which ends with the process. Resolves to its port. */
  serve(listener: EchoListener): Promise<number>;
  open(port: number, listener: LinkListener): Promise<Link>;
}
