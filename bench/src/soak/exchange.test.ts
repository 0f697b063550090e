import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Chance } from './chance.js';
import { Exchange, type ExchangeContext } from './exchange.js';
import type { Face, LinkListener } from './face.js';
import { FrameMaker } from './frames.js';

const MAX_FRAME_BYTES = 5000;

function contextOf(): ExchangeContext {
  const totals = { frames: 0, bytes: 0, opened: 0, aborted: 0 };
  return { maker: new FrameMaker(MAX_FRAME_BYTES), maxFrameBytes: MAX_FRAME_BYTES, totals, isStopping: false };
}

/** What a peer sends back for the frames that have reached it. */
type Answering = (frames: Buffer[]) => Buffer[];

/** A connection to a peer that answers in turns of the event loop, as `answering` says. */
function faceOf(answering: Answering): Face {
  return {
    serve: () => Promise.reject(new Error('a face without a server')),
    async open(_port, listener: LinkListener) {
      const waiting: Buffer[] = [];
      let isOver = false;
      const end = (): void => {
        if (!isOver) setImmediate(() => listener.lost(null));
        isOver = true;
      };
      const turn = (): void => {
        for (const answer of answering(waiting.splice(0))) if (!isOver) listener.received(answer, 0, answer.length);
      };
      return {
        send(parts) {
          if (waiting.push(Buffer.concat(parts)) === 1) setImmediate(turn);
          return true;
        },
        pause() {},
        resume() {},
        close: end,
        abort: end,
      };
    },
  };
}

/** Runs a connection of a hundred frames or more, with a number that is not aborted. */
function run(answering: Answering, context: ExchangeContext = contextOf()): Promise<void> {
  const seed = Array.from({ length: 1000 }, (_, each) => each).find((each) => new Chance(each).logUniform(5000) > 100);
  return new Exchange(3, new Chance(seed ?? 0), context).run(faceOf(answering), 0);
}

/** Does something to the frames of the third turn. */
function inThirdTurn(change: (frames: Buffer[]) => Buffer[]): Answering {
  let turns = 0;
  return (frames) => (++turns === 3 ? change(frames) : frames);
}

describe('an exchange of the soak', () => {
  it('is content with every frame answered in order', async () => {
    const context = contextOf();
    await run((frames) => frames, context);
    assert.ok(context.totals.frames > 100);
    assert.equal(context.totals.opened, 1);
    assert.equal(context.totals.aborted, 0);
  });

  it('notices a lost frame at the next answer', async () => {
    await assert.rejects(run(inThirdTurn((frames) => frames.slice(1))), /connection 3, answer \d+: it/);
  });

  it('notices a doubled frame', async () => {
    const doubled = inThirdTurn(([first, ...rest]) => (first === undefined ? [] : [first, first, ...rest]));
    await assert.rejects(run(doubled), /connection 3, answer \d+: it/);
  });

  it('notices two frames that have changed places', async () => {
    await assert.rejects(run(inThirdTurn((frames) => frames.toReversed())), /connection 3, answer \d+: it/);
  });

  it('notices one wrong byte, first or last', async () => {
    for (const at of [0, -1]) {
      const spoiled = inThirdTurn(([first, ...rest]) => {
        first?.writeUInt8((first.at(at) ?? 0) ^ 1, at < 0 ? first.length + at : at);
        return first === undefined ? [] : [first, ...rest];
      });
      await assert.rejects(run(spoiled), /connection 3, answer \d+: (its stamp|the bytes)/);
    }
  });

  it('notices an answer to nothing', async () => {
    const talkative: Answering = (frames) => [...frames, Buffer.from('more'), Buffer.from('more')];
    await assert.rejects(run(talkative), /connection 3, answer \d+: it/);
  });

  it('ends in order when told to stop, with everything answered', async () => {
    const context = contextOf();
    let sent = 0;
    await run((frames) => {
      sent += frames.length;
      context.isStopping = true;
      return frames;
    }, context);
    assert.ok(sent > 0 && sent <= 8);
    assert.equal(context.totals.frames, sent);
  });
});
