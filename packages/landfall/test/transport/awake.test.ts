/** Staying awake: for how many turns, how often in vain, and that an event loop which was kept awake sleeps again. */
import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { test } from 'node:test';
import { Wakefulness } from '../../dist/transport/awake.js';
import { inChild } from '../memory/in-child.js';

const TURNS = 16;
const FAILURES_MAX = 4;
const RECEIVES_UNTIL_RETRY = 64;

/** An event loop whose turns are taken by hand. */
class HandDriven {
  readonly wakefulness: Wakefulness;
  #waiting: (() => void)[] = [];

  constructor() {
    this.wakefulness = new Wakefulness((turn) => this.#waiting.push(turn));
  }

  /** Whether it would go to sleep now. */
  get isAsleep(): boolean {
    return this.#waiting.length === 0;
  }

  /** Takes a turn: all that waits for it, and nothing that is asked for meanwhile. */
  turn(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    assert.ok(waiting.length <= 1, 'one thread is kept awake more than once');
    for (const each of waiting) each();
  }

  /** Takes turns until it would sleep. Returns how many. */
  turnsUntilAsleep(): number {
    for (let turns = 0; turns < 1000; turns++) {
      if (this.isAsleep) return turns;
      this.turn();
    }
    assert.fail('it never sleeps');
  }

  /** One burst, and nothing after it. Returns how many turns it was awake for. */
  fruitless(): number {
    this.wakefulness.burst();
    return this.turnsUntilAsleep();
  }

  /** Bursts that are each followed by nothing, until it has given up. */
  untilGivenUp(): void {
    for (let i = 0; i < FAILURES_MAX; i++) assert.equal(this.fruitless(), TURNS, `attempt ${i}`);
    assert.equal(this.fruitless(), 0);
  }
}

test('a loop that received nothing large is not kept awake', () => {
  assert.ok(new HandDriven().isAsleep);
});

test('a burst keeps the loop awake for 16 turns, and then it sleeps', () => {
  const loop = new HandDriven();
  assert.equal(loop.fruitless(), TURNS);
  assert.equal(loop.turnsUntilAsleep(), 0);
});

test('a burst meanwhile begins the 16 turns anew, on the first turn as on the last', () => {
  for (let turnsBefore = 1; turnsBefore < TURNS; turnsBefore++) {
    const loop = new HandDriven();
    loop.wakefulness.burst();
    for (let i = 0; i < turnsBefore; i++) loop.turn();
    assert.equal(loop.fruitless(), TURNS, `after ${turnsBefore} turns`);
  }
});

test('bursts that keep coming keep the loop awake, however many', () => {
  const loop = new HandDriven();
  for (let i = 0; i < 1000; i++) {
    loop.wakefulness.burst();
    for (let turn = 1; turn < TURNS; turn++) loop.turn();
    assert.equal(loop.isAsleep, false);
  }
  assert.equal(loop.turnsUntilAsleep(), 1);
});

test('after four times in a row that nothing came it is given up', () => {
  const loop = new HandDriven();
  loop.untilGivenUp();
  for (let i = 1; i < RECEIVES_UNTIL_RETRY; i++) assert.equal(loop.fruitless(), 0, `burst ${i}`);
});

test('given up, it is tried again after 64 bursts, and after 64 more if that was in vain too', () => {
  const loop = new HandDriven();
  for (let i = 0; i < FAILURES_MAX; i++) loop.fruitless();
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < RECEIVES_UNTIL_RETRY; i++) assert.equal(loop.fruitless(), 0, `round ${round}, burst ${i}`);
    assert.equal(loop.fruitless(), TURNS, `round ${round}`);
  }
});

test('one time that something came counts, and it is given up no earlier than after four in vain again', () => {
  const loop = new HandDriven();
  for (let i = 0; i < FAILURES_MAX - 1; i++) loop.fruitless();
  loop.wakefulness.burst();
  loop.turn();
  assert.equal(loop.fruitless(), TURNS);
  for (let i = 0; i < FAILURES_MAX - 1; i++) assert.equal(loop.fruitless(), TURNS, `attempt ${i}`);
  assert.equal(loop.fruitless(), 0);
});

test('given up, one success in the attempt after 64 bursts makes it try every time again', () => {
  const loop = new HandDriven();
  loop.untilGivenUp();
  for (let i = 1; i < RECEIVES_UNTIL_RETRY; i++) loop.wakefulness.burst();
  loop.wakefulness.burst();
  loop.turn();
  assert.equal(loop.fruitless(), TURNS);
  for (let i = 0; i < FAILURES_MAX - 1; i++) assert.equal(loop.fruitless(), TURNS, `attempt ${i}`);
  assert.equal(loop.fruitless(), 0);
});

test('several large receives of one and the same turn are one burst: nothing that came of staying awake', () => {
  const loop = new HandDriven();
  for (let i = 0; i < FAILURES_MAX; i++) {
    loop.wakefulness.burst();
    loop.wakefulness.burst();
    assert.equal(loop.turnsUntilAsleep(), TURNS, `attempt ${i}`);
  }
  assert.equal(loop.fruitless(), 0);
});

/** In a process of its own: a connection receives much at once, is closed, and the process ends by itself. */
async function receiveMuch(): Promise<{ turns: number; reads: number }> {
  const counts = { turns: 0, reads: 0 };
  const original = globalThis.setImmediate;
  // Before landfall is loaded: it asks for turns with what it finds there then.
  const counting = (turn: () => void): NodeJS.Immediate => {
    counts.turns++;
    return original(turn);
  };
  globalThis.setImmediate = counting as typeof setImmediate;
  const net = await import('node:net');
  const { connect } = await import('landfall');
  const server = net.createServer((socket) => socket.end(Buffer.alloc(256 * 1024))).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  const { transport } = await connect({ host: '127.0.0.1', port }, () => ({ dataReceived() {} }));
  await transport.closed;
  server.close();
  counts.reads = transport.stats().reads;
  // Seen as it is when the process ends, which it does only once nothing is asked for any more.
  return counts;
}

test('a process in which much was received at once stays awake for so many turns, and then ends by itself', async () => {
  const { result } = await inChild(receiveMuch, { LANDFALL_AWAKE: '', LANDFALL_RECEIVE: '' });
  const { turns, reads } = result;
  if (availableParallelism() === 1) return assert.equal(turns, 0);
  assert.ok(turns >= TURNS, `${turns} turns`);
  assert.ok(turns <= TURNS * reads, `${turns} turns after ${reads} receives`);
});

test('with LANDFALL_AWAKE=0 no turn is asked for', async () => {
  const { result } = await inChild(receiveMuch, { LANDFALL_AWAKE: '0', LANDFALL_RECEIVE: '' });
  assert.equal(result.turns, 0);
});
