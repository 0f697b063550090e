/**
 * The push face against a trivial model: whatever is sent, in whatever framings, comes back, in order.
 *
 * One end writes frames of random sizes, and among them requests to change the framing or the protocol, without waiting for
 * anything. The other echoes each frame by reference out of the memory it was received into, does as requested, pauses
 * now and then, and may close or abort in the middle. Both ends follow the requests where they come in the stream.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  connect,
  FramedProtocol,
  type FrameReceiver,
  type Framing,
  lengthPrefixed,
  listen,
  type Transport,
  varintPrefixed,
} from 'landfall';
import { noise } from '../../dist/testing/random.js';
import { within } from '../../dist/testing/waiting.js';
import { addressOf } from '../support/connections.js';

const FRAMINGS: readonly Framing[] = [
  lengthPrefixed({ lengthBytes: 4 }),
  lengthPrefixed({ lengthBytes: 4, endian: 'little' }),
  varintPrefixed(),
  lengthPrefixed({ lengthBytes: 8 }),
  lengthPrefixed({ lengthBytes: 3, lengthOffset: 2, lengthAdjustment: -5, endian: 'little' }),
];

const DATA = 0;
const SET_FRAMING = 1;
const SWITCH = 2;

interface Step {
  readonly kind: typeof DATA | typeof SET_FRAMING | typeof SWITCH;
  readonly framing: number;
  readonly bytes: number;
}

interface Script {
  readonly steps: readonly Step[];
  /** After every so many frames the echoing end pauses for a few turns; 0 for never. */
  readonly pauseEvery: number;
  /** After so many frames the echoing end closes or aborts. */
  readonly endAfter: { readonly frames: number; readonly how: 'close' | 'abort' } | null;
}

const sizes = fc.oneof(
  fc.integer({ min: 0, max: 40 }),
  fc.integer({ min: 0, max: 3000 }),
  fc.integer({ min: 30_000, max: 300_000 }),
);
const scripts: fc.Arbitrary<Script> = fc.record({
  steps: fc.array(
    fc.record({
      kind: fc.constantFrom<Step['kind']>(DATA, DATA, DATA, DATA, DATA, SET_FRAMING, SWITCH),
      framing: fc.nat(FRAMINGS.length - 1),
      bytes: sizes,
    }),
    { minLength: 1, maxLength: 150 },
  ),
  pauseEvery: fc.constantFrom(0, 0, 1, 3, 20),
  endAfter: fc.option(fc.record({ frames: fc.nat(100), how: fc.constantFrom('close' as const, 'abort' as const) }), {
    nil: null,
    freq: 3,
  }),
});

const RANDOM = noise(300_000);

function payloadOf({ kind, framing, bytes }: Step, at: number): Buffer {
  return Buffer.concat([Uint8Array.of(kind, framing, at & 0xff), RANDOM.subarray(at % 1000, (at % 1000) + bytes)]);
}

/** Follows the requests in the frames it is given. */
abstract class Follower implements FrameReceiver {
  connectionLost?(error: Error | null): void;

  abstract take(memory: Uint8Array, start: number, end: number, framed: FramedProtocol): void;

  frameReceived(memory: Uint8Array, start: number, end: number, framed: FramedProtocol): void {
    const [kind, framing] = [memory[start], FRAMINGS[memory[start + 1]!]!];
    this.take(memory, start, end, framed);
    if (kind === SET_FRAMING) framed.setFraming(framing);
    if (kind === SWITCH) framed.switchTo(new FramedProtocol({ framing, receiver: this }));
  }
}

class Echo extends Follower {
  readonly #script: Script;
  #transport: Transport | null = null;
  #frames = 0;

  constructor(script: Script) {
    super();
    this.#script = script;
  }

  connectionMade(transport: Transport): void {
    this.#transport = transport;
  }

  take(memory: Uint8Array, start: number, end: number, framed: FramedProtocol): void {
    const transport = this.#transport!;
    const { pauseEvery, endAfter } = this.#script;
    framed.writeFrame(memory.subarray(start, end));
    this.#frames++;
    if (endAfter?.frames === this.#frames) transport[endAfter.how]();
    if (pauseEvery === 0 || this.#frames % pauseEvery !== 0) return;
    transport.pauseReading();
    setImmediate(() => setImmediate(() => transport.resumeReading()));
  }
}

class Collector extends Follower {
  readonly echoes: Buffer[] = [];
  readonly lost: Promise<Error | null>;
  override connectionLost!: (error: Error | null) => void;

  constructor() {
    super();
    this.lost = new Promise((resolve) => {
      this.connectionLost = resolve;
    });
  }

  take(memory: Uint8Array, start: number, end: number): void {
    this.echoes.push(Buffer.from(memory.subarray(start, end)));
  }
}

/** Writes all frames at once, each from memory that is overwritten right after. */
function writeAll(transport: Transport, steps: readonly Step[]): void {
  let framing = FRAMINGS[0]!;
  for (const [at, step] of steps.entries()) {
    const payload = payloadOf(step, at);
    const wire: Uint8Array[] = [];
    framing.createCodec().encode([payload], payload.length, framing.maxFrameBytes, wire);
    transport.writeVectored(wire, { copy: true });
    payload.fill(0xdd);
    if (step.kind !== DATA) framing = FRAMINGS[step.framing]!;
  }
  transport.writeEof();
}

async function run(script: Script): Promise<void> {
  const framing = FRAMINGS[0]!;
  const server = await listen(
    { host: '127.0.0.1', port: 0 },
    () => new FramedProtocol({ framing, receiver: new Echo(script) }),
  );
  try {
    const collector = new Collector();
    const where = addressOf(server);
    const { transport } = await connect(where, () => new FramedProtocol({ framing, receiver: collector }));
    writeAll(transport, script.steps);
    const error = await within('the end', collector.lost);
    const expected = script.steps.map(payloadOf);
    const isCut = script.endAfter !== null && script.endAfter.frames <= expected.length && script.endAfter.frames > 0;
    if (!isCut) assert.equal(error, null);
    if (!isCut) assert.equal(collector.echoes.length, expected.length);
    for (const [at, echo] of collector.echoes.entries()) assert.ok(echo.equals(expected[at]!), `frame ${at} differs`);
  } finally {
    await server.closeAll({ timeoutMs: 1000 });
  }
}

test('frames come back as they were sent, through changes of framing and protocol, pauses and ends', async () => {
  await fc.assert(fc.asyncProperty(scripts, run), { numRuns: 300 });
});
