/** Payloads that a wrong answer cannot look like, and the comparison of every byte. */

const STAMP_BYTES = 4;

/** The shortest payload there is room in for a stamp. */
export const MIN_FRAME_BYTES: number = STAMP_BYTES;

/** Fills `payload` with the pseudo-random bytes of `seed` (xorshift32; not 0), so that every frame can have its own. */
export function fillPayload(payload: Buffer, seed: number): void {
  // Whole words first: a typed array of them is several times quicker than bytes. A Buffer of its own starts aligned.
  const words = new Uint32Array(payload.buffer, payload.byteOffset, payload.length >>> 2);
  let state = seed | 0;
  for (let index = 0; index < words.length; index++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[index] = state;
  }
  for (let at = words.length * 4; at < payload.length; at++) payload[at] = (state >>> (8 * (at % 4))) ^ seed;
}

/** Writes the frame's number at the payload's start, middle and end, so that an old answer does not pass for a new one. */
export function stampPayload(payload: Buffer, frame: number): void {
  const last = payload.length - STAMP_BYTES;
  payload.writeUInt32LE(frame >>> 0, 0);
  payload.writeUInt32LE(frame >>> 0, last >>> 1);
  payload.writeUInt32LE(frame >>> 0, last);
}

/** What is wrong with an answer, in words, or null when its length and every byte are right. */
export function findFault(sent: Buffer, memory: Uint8Array, start: number, end: number): string | null {
  const lengthFault = findLengthFault(sent, start, end);
  if (lengthFault !== null) return lengthFault;
  if (sent.compare(memory, start, end) === 0) return null;
  let at = 0;
  while (sent[at] === memory[start + at]) at++;
  return `byte ${at} is ${memory[start + at]}, sent ${sent[at]}`;
}

/** As `findFault`, but looks at the length and the three stamps only: cheap enough for inside the clock. */
export function findStampFault(sent: Buffer, memory: Uint8Array, start: number, end: number): string | null {
  const lengthFault = findLengthFault(sent, start, end);
  if (lengthFault !== null) return lengthFault;
  const last = sent.length - STAMP_BYTES;
  for (const stampAt of [0, last >>> 1, last]) {
    for (let at = stampAt; at < stampAt + STAMP_BYTES; at++) {
      if (memory[start + at] !== sent[at]) return `byte ${at} is ${memory[start + at]}, sent ${sent[at]}`;
    }
  }
  return null;
}

function findLengthFault(sent: Buffer, start: number, end: number): string | null {
  const length = end - start;
  if (length === sent.length) return null;
  return `it has ${length} bytes instead of ${sent.length}: byte ${Math.min(length, sent.length)} is wrong`;
}
