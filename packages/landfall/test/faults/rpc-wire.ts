/**
 * Requests and answers of the calls that are made while everything dies: frames with four bytes of length in front.
 *
 *     request: id u32, then a payload that only this id has
 *     answer : id u32, sum of the payload u32
 */
import { lengthPrefixed } from 'landfall';

export const FRAMING = lengthPrefixed({ lengthBytes: 4 });

/** A payload of its own for each id: words that count up from one that the id chooses. */
export function payloadOf(id: number, bytes: number): Buffer {
  const words = new Uint32Array(Math.ceil(bytes / 4));
  for (let i = 0; i < words.length; i++) words[i] = Math.imul(id + i, 0x9e3779b1);
  return Buffer.from(words.buffer, 0, bytes);
}

/** A sum in which a lost, moved or foreign byte shows (Adler's, without its modulus). */
export function sumOf(memory: Uint8Array, start: number, end: number): number {
  let [a, b] = [1, 0];
  for (let i = start; i < end; i++) {
    a = (a + memory[i]!) | 0;
    b = (b + a) | 0;
  }
  return (a ^ Math.imul(b, 0x85eb_ca6b)) >>> 0;
}

export function requestOf(id: number, payload: Uint8Array): Buffer {
  const request = Buffer.allocUnsafe(4 + payload.length);
  request.writeUInt32LE(id, 0);
  request.set(payload, 4);
  return request;
}

export function answerOf(id: number, sum: number): Buffer {
  const answer = Buffer.allocUnsafe(8);
  answer.writeUInt32LE(id, 0);
  answer.writeUInt32LE(sum, 4);
  return answer;
}

/** Id and sum of an answer. */
export function answered(memory: Uint8Array, start: number, end: number): { id: number; sum: number } {
  if (end - start !== 8) throw new Error(`an answer of ${end - start} bytes`);
  const view = new DataView(memory.buffer, memory.byteOffset + start, 8);
  return { id: view.getUint32(0, true), sum: view.getUint32(4, true) };
}
