/** The faces that the soak's connections are spread over. */
import type { Face } from './face.js';
import { face as push } from './push-face.js';
import { face as stream } from './stream-face.js';

/** Every face; a connection's number modulo theirs is its face. */
export const FACES: readonly Face[] = [push, stream];
