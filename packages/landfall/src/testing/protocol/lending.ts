/** Memory is asked for when a transport needs it, which need not be when something arrives. */
import assert from 'node:assert/strict';
import type { BufferedProtocol } from '../../protocol/contracts.js';
import { byteByByte, cutAt } from '../feeds.js';
import type { AnyProtocol, Play, ProtocolSentence } from './sentences.js';

/** Of protocols that lend memory. */
export const lending: readonly ProtocolSentence[] = [
  {
    sentence: 'memory may be asked for several times before anything arrives, with any size hint; there is always some',
    body: (play) => assertOutcome(play, askOften),
  },
  {
    sentence: 'memory may be asked for ahead of time, and again when something arrives',
    body: (play) => assertOutcome(play, askAhead),
  },
];

async function assertOutcome(play: Play, wrap: (protocol: AnyProtocol) => void): Promise<void> {
  const { bytes } = play;
  for (const feed of [[bytes], byteByByte(bytes), cutAt(bytes, bytes.length >> 1)]) {
    const driven = play.drive({ wrap });
    driven.send(feed);
    await driven.assertOutcome(`in ${feed.length} pieces`);
  }
}

function askOften(protocol: AnyProtocol): void {
  const lender = protocol as BufferedProtocol;
  const getBuffer = lender.getBuffer.bind(lender);
  lender.getBuffer = (sizeHint): Uint8Array => {
    for (const hint of [-1, 1, 100_000]) assertLent(getBuffer(hint), hint);
    return getBuffer(sizeHint);
  };
}

/** As a transport does whose kernel fills the memory: it asks before it knows whether anything comes. */
function askAhead(protocol: AnyProtocol): void {
  const lender = protocol as BufferedProtocol;
  const { connectionMade } = lender;
  const bufferUpdated = lender.bufferUpdated.bind(lender);
  let isInCharge = true;
  const ask = (): void => {
    if (isInCharge) assertLent(lender.getBuffer(-1), -1);
  };
  const { replaced } = lender;
  lender.replaced = (): void => {
    isInCharge = false;
    return replaced?.call(lender);
  };
  lender.connectionMade = (transport): void => {
    connectionMade?.call(lender, transport);
    ask();
  };
  lender.bufferUpdated = (nbytes): void => {
    bufferUpdated(nbytes);
    ask();
  };
}

function assertLent(view: unknown, hint: number): void {
  assert.ok(view instanceof Uint8Array, `getBuffer(${hint}) returned ${String(view)}, not a Uint8Array`);
  assert.ok(view.byteLength > 0, `getBuffer(${hint}) returned an empty view`);
}
