/** Row `landfall-stream`: `FrameStream.write`, and `drain` whenever it says so. */
import { lengthPrefixed, openFrames } from 'landfall';
import type { FrameWriter } from './writing.js';

/** Connects. */
export async function openWriter(port: number): Promise<FrameWriter> {
  const framing = lengthPrefixed({ lengthBytes: 4, endian: 'big' });
  const stream = await openFrames({ host: '127.0.0.1', port, framing });
  return {
    async write(payload, frames) {
      for (let frame = 0; frame < frames; frame++) {
        if (!stream.write(payload)) await stream.drain();
      }
      await stream.end();
      if ((await stream.read()) !== null) throw new Error('the peer sent a frame');
      await stream.close();
    },
  };
}
