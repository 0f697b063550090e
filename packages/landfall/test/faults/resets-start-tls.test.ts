/** A connection that goes while it is being encrypted: `startTls` rejects, and it is lost once, on every face and in both roles. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ErrorCode, StartTlsOptions } from 'landfall';
import { noise } from '../../dist/testing/random.js';
import { loopTurns, within } from '../../dist/testing/waiting.js';
import { authority, server as identity } from '../support/certificates.js';
import type { Side } from '../support/connections.js';
import { assertCodes, failuresOf, Quiet } from './aftermath.js';
import { type Connected, connected, FACES, Subject } from './subjects.js';

const ROLES: Record<string, StartTlsOptions> = {
  client: { ca: authority, servername: 'localhost' },
  server: { ...identity, isServer: true },
};

/** How far it has come. */
const STAGES: Record<string, (connection: Connected) => Promise<void>> = {
  'before anything is sent': async () => {},
  'while what was written before waits': async () => loopTurns(),
  'with the handshake under way': async () => loopTurns(5),
  'with the start of a record received': async ({ peer, subject }) => {
    await loopTurns(5);
    await peer.send(Uint8Array.of(0x16, 0x03, 0x03, 0x01));
    await loopTurns(5);
    assert.equal(subject.losses.length, 0);
  },
};

const ENDERS: Record<string, { end(connection: Connected): void; lostWith: ErrorCode | null; rejects: ErrorCode }> = {
  'a reset': { end: ({ peer }) => peer.reset(), lostWith: 'ERR_LOST', rejects: 'ERR_LOST' },
  'the end of the peer': { end: ({ peer }) => peer.end(), lostWith: 'ERR_LOST', rejects: 'ERR_LOST' },
  'abort()': { end: ({ subject }) => subject.transport.abort(), lostWith: null, rejects: 'ERR_CLOSED' },
};

for (const [stage, reach] of Object.entries(STAGES)) {
  for (const [ender, { end, lostWith, rejects }] of Object.entries(ENDERS)) {
    test(`91, 117: ${ender} in startTls ${stage} rejects it, and is one loss`, async () => {
      for (const side of ['connecting', 'accepted'] as const satisfies readonly Side[]) {
        for (const face of FACES) {
          for (const [role, options] of Object.entries(ROLES)) {
            const which = `${face.name}, ${side}, as the ${role}`;
            await using _quiet = new Quiet();
            const subject = new Subject(() => {});
            const waits = stage.startsWith('while');
            await using connection = await connected(face, side, subject, !waits);
            if (waits) subject.transport.write(noise(16_000_000));
            const starting = failuresOf([subject.transport.startTls(options)]);
            // Waits for the handshake, and then for room.
            subject.transport.write(noise(100_000));
            const flushing = failuresOf([subject.transport.flushed()]);
            await reach(connection);
            end(connection);
            if (waits && ender === 'the end of the peer') connection.peer.read();
            await within(`closed (${which})`, subject.transport.closed);
            const rejections = await starting;
            assert.equal(rejections.length, 1, which);
            assertCodes(rejections, [rejects]);
            assertCodes(await flushing, [rejects]);
            assert.equal(subject.losses.length, 1, which);
            if (lostWith === null) assert.equal(subject.losses[0], null, which);
            else assertCodes(subject.losses, [lostWith]);
            assert.equal(subject.transport.writeBufferSize, 0, which);
          }
        }
      }
    });
  }
}
