/** The contract of framings, as cases to be run against any of them. */
import type { Framing } from '../framing/framing.js';
import type { ContractCase } from './case.js';
import { damage } from './framing/damage.js';
import { limits } from './framing/limits.js';
import { received } from './framing/received.js';
import { Sample } from './framing/sample.js';
import { sent } from './framing/sent.js';

/**
 * The contract of framings, sentence by sentence: what `Framing` and `FrameCodec` promise and are promised.
 *
 * @param frames Payloads that this framing can send, at least one of them not empty; strings are sent as UTF-8. Short ones,
 *   long ones and an empty one if it can send that; a few hundred bytes in all, as they are cut at every byte. Where
 *   payloads begin with their header, that has the right length in it.
 */
export function checkFraming(framing: Framing, frames: readonly (Uint8Array | string)[]): ContractCase[] {
  return [...received, ...sent, ...limits, ...damage].map(({ sentence, body }) => ({
    name: sentence,
    run: async () => body(new Sample(framing, frames)),
  }));
}
