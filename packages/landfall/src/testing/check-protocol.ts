/** The contract of protocols, as cases to be run against any of them. */
import { isBuffered } from '../protocol/callbacks.js';
import type { BufferedProtocol, Protocol } from '../protocol/contracts.js';
import type { ContractCase } from './case.js';
import { arriving, given } from './protocol/arriving.js';
import type { ProtocolScript } from './protocol/driven.js';
import { ending } from './protocol/ending.js';
import { lending } from './protocol/lending.js';
import { Play } from './protocol/sentences.js';

/**
 * The contract of protocols, sentence by sentence: that a protocol copes with all that a transport may do.
 *
 * Each connection is one in memory, with a protocol of its own; callbacks are wrapped on the protocol object itself, to see
 * what is called.
 *
 * @param factory Makes a protocol. Called once at once, to see of which kind it is.
 */
export function checkProtocol<P extends Protocol | BufferedProtocol>(
  factory: () => P,
  script: ProtocolScript<P>,
): ContractCase[] {
  const concepts = [arriving, isBuffered(factory()) ? lending : given, ending];
  return concepts.flat().map(({ sentence, body }) => ({
    name: sentence,
    run: () => body(new Play(factory, script as ProtocolScript<Protocol | BufferedProtocol>)),
  }));
}
