// Type-checked only: what a consumer's compiler makes of the packed declarations.
import {
  type BufferedProtocol,
  connect,
  FramedProtocol,
  LandfallError,
  lengthPrefixed,
  type Transport,
} from 'landfall';
import type {} from 'landfall/testing';

class Reused implements BufferedProtocol {
  readonly #memory = new Uint8Array(65_536);
  getBuffer(_sizeHint: number): Uint8Array {
    return this.#memory;
  }
  bufferUpdated(_nbytes: number): void {}
}

export async function bytesCopied(port: number): Promise<number> {
  const { transport, protocol } = await connect({ port, timeoutMs: 1_000 }, () => new Reused());
  const same: Reused = protocol;
  const known: Transport = transport;
  known.write(same.getBuffer(-1));
  return known.stats().bytesCopied;
}

export const framed: FramedProtocol = new FramedProtocol({
  framing: lengthPrefixed({ lengthBytes: 4, endian: 'big' }),
  receiver: { frameReceived: (_memory: Uint8Array, _start: number, _end: number) => {} },
});

export function isLoss(error: unknown): boolean {
  return error instanceof LandfallError && error.code === 'ERR_LOST';
}

// @ts-expect-error A length prefix of five bytes does not exist, and the types say so.
lengthPrefixed({ lengthBytes: 5 });
