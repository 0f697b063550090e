/** What a framed connection needs once something happens on it; an idle one is without. */
import { FIRST_WINDOW } from '../memory/scratch.js';

/** What one connection has come to by what it received. */
export class FrameTraffic {
  /** Which of the scratch's windows to lend: a small one after a large frame, as what lands there of the next one is copied. */
  window: number = FIRST_WINDOW;
  /** Bytes of frames over the limit that were skipped, headers included. */
  skippedBytes = 0;
  /** Bytes of such a frame that have yet to arrive, to be dropped. */
  skipBytes = 0;
}
