/** Byte streams on real connections, for the tests beside this file. */
import { type ByteStream, openStream, serveStreams, type Transport } from 'landfall';
import { loopTurns } from '../../dist/testing/waiting.js';
import { type StreamPair, type StreamToPeer, streamPair, streamToPeer } from '../support/stream-ends.js';

/** @param peerReads False: the peer does not read until it is told to. */
export function bytesToPeer(peerReads = true): Promise<StreamToPeer<ByteStream>> {
  return streamToPeer(openStream, peerReads);
}

export function bytePair(): Promise<StreamPair<ByteStream>> {
  return streamPair(openStream, serveStreams);
}

/** Resolves once the stream's transport has received so many bytes. */
export async function untilReceivedBytes(stream: { readonly transport: Transport }, bytes: number): Promise<void> {
  await untilSo(`${bytes} received bytes`, () => stream.transport.stats().bytesReceived >= bytes);
}

/** Resolves once something is so, asked again on each turn of the event loop. */
export async function untilSo(what: string, isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error(`${what}: not within 10 s`);
    await loopTurns(1);
  }
}

/** Resolves once nothing has arrived for so many turns of the event loop in a row. */
export async function untilStill(stream: { readonly transport: Transport }, turns = 50): Promise<number> {
  let received = stream.transport.stats().bytesReceived;
  for (let still = 0; still < turns; still++) {
    await loopTurns(1);
    const now = stream.transport.stats().bytesReceived;
    if (now !== received) still = 0;
    received = now;
  }
  return received;
}
