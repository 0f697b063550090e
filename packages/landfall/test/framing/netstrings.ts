/** A framing that is not landfall's own. */
import { type FrameCodec, FrameError, type Framing, LimitError } from 'landfall';

const COLON = 0x3a;
const COMMA = 0x2c;

/** Netstrings, `5:hello,`. The length is decimal, so the header is longer for longer frames. */
export class Netstrings implements Framing, FrameCodec {
  readonly maxFrameBytes: number = 1000;
  headerBytes = 0;
  readonly trailerBytes = 1;

  createCodec(): FrameCodec {
    return new Netstrings();
  }

  scan(memory: Uint8Array, start: number, end: number, maxFrameBytes: number): number {
    let length = 0;
    for (let at = start; at < end; at++) {
      if (memory[at] === COLON) {
        this.headerBytes = at + 1 - start;
        return this.headerBytes + length + 1;
      }
      const digit = memory[at]! - 0x30;
      if (digit < 0 || digit > 9) throw new FrameError('a netstring begins with its length', at + 1 - start);
      length = length * 10 + digit;
      if (length > maxFrameBytes) throw new LimitError('a netstring', length, maxFrameBytes);
    }
    return 0;
  }

  encode(payload: readonly Uint8Array[], payloadBytes: number, maxFrameBytes: number, wire: Uint8Array[]): void {
    if (payloadBytes > maxFrameBytes) throw new LimitError('a netstring', payloadBytes, maxFrameBytes);
    wire.push(Buffer.from(`${payloadBytes}:`), ...payload, Uint8Array.of(COMMA));
  }
}
