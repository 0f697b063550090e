/** The contract of transports, as cases to be run over any kind of connection. */
import type { ContractCase } from './case.js';
import { closing } from './transport/closing.js';
import { facts } from './transport/facts.js';
import { flowControl } from './transport/flow-control.js';
import { flushing } from './transport/flushing.js';
import { halfClose } from './transport/half-close.js';
import { lentMemory } from './transport/lent-memory.js';
import { type Face, Link, type OpenConnection } from './transport/link.js';
import { loss } from './transport/loss.js';
import { misbehaviour } from './transport/misbehaviour.js';
import { order } from './transport/order.js';
import { pausing } from './transport/pausing.js';
import { receiving } from './transport/receiving.js';
import type { Sentence } from './transport/sentences.js';
import { switching } from './transport/switching.js';
import { undelivered } from './transport/undelivered.js';
import { writing } from './transport/writing.js';
import { within } from './waiting.js';

/** How the cases are run. */
export interface CheckTransportOptions {
  /** How long one case may take. 20 s unless set: longer than any needs on a busy machine. */
  readonly timeoutMs?: number | undefined;
}

const CONCEPTS = [
  ...[order, receiving, pausing, lentMemory, switching, undelivered],
  ...[writing, flushing, flowControl, halfClose, closing, loss, misbehaviour, facts],
];

/**
 * The contract of transports, sentence by sentence, on connections that `open` makes.
 *
 * Each case opens connections of its own, one or several, and ends them, whatever came of it. Where both kinds of protocol
 * are concerned there is a case for each. The largest case sends 16 MB.
 *
 * @param open Makes a connection of the kind under test, between the protocol and the peer that it is given.
 */
export function checkTransport(open: OpenConnection, options: CheckTransportOptions = {}): ContractCase[] {
  const { timeoutMs = 20_000 } = options;
  return CONCEPTS.flatMap(({ all }) =>
    all.flatMap((sentence) =>
      sentence.faces.map((face) => ({
        name: `${sentence.sentence} (${face})`,
        run: () => within('the end of the case', tried(sentence, open, face), timeoutMs),
      })),
    ),
  );
}

async function tried({ body }: Sentence, open: OpenConnection, face: Face): Promise<void> {
  const link = new Link(open, face);
  try {
    await body(link);
  } finally {
    await link.close();
  }
}
