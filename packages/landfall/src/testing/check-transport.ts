/** The contract of transports, as cases to be run over any kind of connection. */
import type { ContractCase } from './case.js';
import { type CheckConnectionOptions, caseOn, saidOf } from './connection-contract.js';
import { closing } from './transport/closing.js';
import { endingTogether } from './transport/ending-together.js';
import { facts } from './transport/facts.js';
import { flowControl } from './transport/flow-control.js';
import { flushing } from './transport/flushing.js';
import { halfClose as endingApart } from './transport/half-close.js';
import { lentMemory } from './transport/lent-memory.js';
import { Link, type OpenConnection } from './transport/link.js';
import { loss } from './transport/loss.js';
import { misbehaviour } from './transport/misbehaviour.js';
import { order } from './transport/order.js';
import { pausing } from './transport/pausing.js';
import { receiving } from './transport/receiving.js';
import { switching } from './transport/switching.js';
import { undelivered } from './transport/undelivered.js';
import { writing } from './transport/writing.js';

const CONCEPTS = [
  ...[order, receiving, pausing, lentMemory, switching, undelivered],
  ...[writing, flushing, flowControl, endingApart, endingTogether, closing, loss, misbehaviour, facts],
];

/**
 * The contract of transports, sentence by sentence, on connections that `open` makes.
 *
 * Each case opens connections of its own, one or several, and ends them, whatever came of it. Where both kinds of protocol
 * are concerned there is a case for each. The largest case sends 16 MB.
 *
 * @param open Makes a connection of the kind under test, between the protocol and the peer that it is given.
 */
export function checkTransport(open: OpenConnection, options: CheckConnectionOptions = {}): ContractCase[] {
  const { halfClose = true } = options;
  const sentences = saidOf(
    CONCEPTS.flatMap(({ all }) => all),
    options,
  );
  return sentences.flatMap(({ sentence, faces, body }) =>
    faces.map((face) => caseOn(`${sentence} (${face})`, () => new Link(open, face, halfClose), body, options)),
  );
}
