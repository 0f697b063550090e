/** Row `node-write`: one `socket.write` for every frame, waiting for `drain` whenever it is asked to. */
import { once } from 'node:events';
import { joinedFrame, openSocketWriter } from './node-socket.js';
import type { FrameWriter } from './writing.js';

/** Connects. */
export function openWriter(port: number): Promise<FrameWriter> {
  return openSocketWriter(port, async (socket, payload, frames) => {
    for (let frame = 0; frame < frames; frame++) {
      if (!socket.write(joinedFrame(payload))) await once(socket, 'drain');
    }
  });
}
