/** Row `node-cork`: a thousand frames between `cork` and `uncork`, then waiting for `drain` if that is asked for. */
import { once } from 'node:events';
import { joinedFrame, openSocketWriter } from './node-socket.js';
import type { FrameWriter } from './writing.js';

const FRAMES_PER_CORK = 1000;

/** Connects. */
export function openWriter(port: number): Promise<FrameWriter> {
  return openSocketWriter(port, async (socket, payload, frames) => {
    for (let frame = 0; frame < frames; ) {
      const end = Math.min(frames, frame + FRAMES_PER_CORK);
      socket.cork();
      for (; frame < end; frame++) socket.write(joinedFrame(payload));
      socket.uncork();
      if (socket.writableNeedDrain) await once(socket, 'drain');
    }
  });
}
