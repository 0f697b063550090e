/** The contract of byte streams, as cases to be run over any kind of connection. */
import type { ContractCase } from './case.js';
import { type CheckConnectionOptions, caseOn, saidOf } from './connection-contract.js';
import { closing } from './stream/closing.js';
import { conversions } from './stream/conversions.js';
import { cuttingShort } from './stream/cutting-short.js';
import { ending } from './stream/ending.js';
import { limits } from './stream/limits.js';
import { type OpenStream, StreamLink } from './stream/link.js';
import { losing } from './stream/losing.js';
import { misuse } from './stream/misuse.js';
import { oneAtATime } from './stream/one-at-a-time.js';
import { readInto } from './stream/read-into.js';
import { reading } from './stream/reading.js';
import { writing } from './stream/writing.js';

const CONCEPTS = [
  ...[reading, readInto, limits, misuse, oneAtATime, cuttingShort],
  ...[ending, losing, writing, closing, conversions],
];

/**
 * The contract of byte streams, sentence by sentence, on connections that `open` makes.
 *
 * Each case opens connections of its own, one or several, and ends them, whatever came of it. The largest case sends 16 MB.
 *
 * @param open Makes a stream of the kind under test, at the other end of which is the peer that it is given.
 */
export function checkStream(open: OpenStream, options: CheckConnectionOptions = {}): ContractCase[] {
  const sentences = saidOf(
    CONCEPTS.flatMap(({ all }) => all),
    options,
  );
  return sentences.map(({ sentence, body }) => caseOn(sentence, () => new StreamLink(open), body, options));
}
