/** What the model of frame streams is, and every single thing that can be done to both ends of a connection. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { FrameStream } from 'landfall';
import { hasCode } from '../../dist/testing/codes.js';
import { within } from '../../dist/testing/waiting.js';
import { patterned } from '../framing/frames.js';
import type { FramePair } from './streams.js';

export type End = 'here' | 'there';

/** One direction: what was sent and not read, and whether its sender has ended. */
export interface Direction {
  readonly unread: Buffer[];
  hasEnded: boolean;
}

/** Named by who sends. */
export type Model = Record<End, Direction>;

export interface Real extends FramePair {
  /** Memory to send from and read into, again and again; each end has its own. */
  readonly memory: Record<End, Buffer>;
  /** The largest frame that each end accepts and sends. */
  readonly limits: Record<End, number>;
  /** Memory that is sent while it is read into again. */
  readonly shared: Record<End, Buffer>;
}

export type Command = fc.AsyncCommand<Model, Real>;

export const FRAME_BYTES_MAX = 400_000;
/** More is not sent before something is read: nothing here reads while it writes. */
const UNREAD_FRAMES_MAX = 60;

/** So much the kernel keeps on the way, whatever system this is. */
const KERNEL_BYTES = 100_000;

const bytesOf = ({ unread }: Direction): number => unread.reduce((sum, payload) => sum + payload.length, 0);
const other = (end: End): End => (end === 'here' ? 'there' : 'here');

function receive(model: Model, end: End, payload: Uint8Array): void {
  const expected = model[other(end)].unread.shift();
  assert.ok(expected?.equals(payload), `a frame of ${payload.length} bytes for one of ${expected?.length}`);
}

/** What is over the limit is refused, and nothing of it sent; then the limit is raised. */
function raiseLimits(real: Real, end: End, size: number): void {
  real[other(end)].setMaxFrameBytes(FRAME_BYTES_MAX);
  if (size > real.limits[end])
    assert.throws(() => real[end].write([Buffer.alloc(1), Buffer.alloc(size - 1)]), hasCode('ERR_LIMIT'));
  real[end].setMaxFrameBytes(FRAME_BYTES_MAX);
  real.limits.here = FRAME_BYTES_MAX;
  real.limits.there = FRAME_BYTES_MAX;
}

/** Lowers the limit as far as what is on its way allows. */
class LowerLimit implements Command {
  readonly #end: End;

  constructor(end: End) {
    this.#end = end;
  }

  check(): boolean {
    return true;
  }

  async run(model: Model, real: Real): Promise<void> {
    const largest = Math.max(0, ...[...model.here.unread, ...model.there.unread].map((payload) => payload.length));
    real.limits[this.#end] = largest;
    real[this.#end].setMaxFrameBytes(largest);
  }

  toString(): string {
    return `${this.#end} lowers its limit`;
  }
}

/** Sends frames out of memory that is used again: copied, in parts, or lent until it has left. */
class Write implements Command {
  readonly #end: End;
  readonly #sizes: readonly number[];
  readonly #way: 'copied' | 'fresh' | 'parts' | 'flushed';

  constructor(end: End, sizes: readonly number[], way: 'copied' | 'fresh' | 'parts' | 'flushed') {
    this.#end = end;
    this.#sizes = sizes;
    this.#way = way;
  }

  check(model: Readonly<Model>): boolean {
    return !model[this.#end].hasEnded && model[this.#end].unread.length < UNREAD_FRAMES_MAX;
  }

  async run(model: Model, real: Real): Promise<void> {
    const stream = real[this.#end];
    for (const size of this.#sizes) {
      raiseLimits(real, this.#end, size);
      const payload = patterned(size, model[this.#end].unread.length * 31 + size);
      model[this.#end].unread.push(payload);
      const view = real.memory[this.#end].subarray(0, size);
      view.set(payload);
      if (this.#way === 'copied') stream.write(view, { copy: true });
      else if (this.#way === 'fresh') stream.write(Buffer.from(payload));
      else if (this.#way === 'parts') stream.write([payload.subarray(0, size >> 1), payload.subarray(size >> 1)]);
      else await this.#writeAndFlush(stream, view, real[other(this.#end)], model);
      view.fill(0xaa);
    }
  }

  /** What fills the kernel's memory leaves only if somebody reads. */
  async #writeAndFlush(stream: FrameStream, view: Buffer, reader: FrameStream, model: Model): Promise<void> {
    stream.write(view);
    let isFlushed = false;
    const flushed = stream.transport.flushed().then(() => (isFlushed = true));
    while (!isFlushed && model[this.#end].unread.length > 0) {
      using frame = await within('a frame', reader.read());
      receive(model, other(this.#end), frame!.bytes);
    }
    await within('flushed()', flushed);
  }

  toString(): string {
    return `${this.#end} writes ${this.#sizes} (${this.#way})`;
  }
}

type Face = 'read' | 'readInto' | 'iteration' | 'batches' | 'echo' | 'echoInto';

/** Reads so many of the frames that were sent, or the end if there is nothing else. */
class Read implements Command {
  readonly #end: End;
  readonly #face: Face;
  readonly #count: number;

  constructor(end: End, face: Face, count: number) {
    this.#end = end;
    this.#face = face;
    this.#count = count;
  }

  check(model: Readonly<Model>): boolean {
    const [outgoing, incoming] = [model[this.#end], model[other(this.#end)]];
    if (this.#face.startsWith('echo') && (outgoing.hasEnded || outgoing.unread.length > UNREAD_FRAMES_MAX))
      return false;
    // Nobody reads meanwhile: all of it has to fit into the kernel's memory.
    if (this.#face === 'echoInto' && bytesOf(outgoing) + bytesOf(incoming) > KERNEL_BYTES) return false;
    return incoming.unread.length > 0;
  }

  async run(model: Model, real: Real): Promise<void> {
    const count = Math.min(this.#count, model[other(this.#end)].unread.length);
    await within(String(this), this.#read(model, real, count));
  }

  async #read(model: Model, real: Real, count: number): Promise<void> {
    const stream = real[this.#end];
    let left = count;
    if (this.#face === 'iteration') {
      for await (const frame of stream) {
        receive(model, this.#end, frame.bytes);
        if (--left === 0) return;
      }
    } else if (this.#face === 'batches') {
      for await (const batch of stream.batches()) {
        while (left > 0 && batch.next()) {
          receive(model, this.#end, batch.memory.subarray(batch.start, batch.end));
          left--;
        }
        if (left === 0) return;
      }
    }
    for (; left > 0; left--) {
      if (this.#face.endsWith('Into')) await this.#readInto(model, real);
      else await this.#readOne(model, stream);
    }
  }

  async #readInto(model: Model, real: Real): Promise<void> {
    const stream = real[this.#end];
    const isEcho = this.#face === 'echoInto';
    const target = (isEcho ? real.shared : real.memory)[this.#end];
    const payload = target.subarray(0, (await stream.readInto(target))!);
    receive(model, this.#end, payload);
    if (!isEcho) return void target.fill(0x55);
    model[this.#end].unread.push(Buffer.from(payload));
    stream.write(payload);
  }

  async #readOne(model: Model, stream: FrameStream): Promise<void> {
    using frame = await stream.read();
    if (this.#face === 'echo') model[this.#end].unread.push(Buffer.from(frame!.bytes));
    receive(model, this.#end, frame!.bytes);
    if (this.#face === 'echo') stream.write(frame!);
  }

  toString(): string {
    return `${this.#end} reads ${this.#count} by ${this.#face}`;
  }
}

/** Begins a read and gives it up, maybe after something has arrived: nothing is taken, unless it was in time. */
class Abort implements Command {
  readonly #end: End;
  readonly #turns: number;
  readonly #into: boolean;

  constructor(end: End, turns: number, into: boolean) {
    this.#end = end;
    this.#turns = turns;
    this.#into = into;
  }

  check(model: Readonly<Model>): boolean {
    return !model[other(this.#end)].hasEnded;
  }

  async run(model: Model, real: Real): Promise<void> {
    const stream = real[this.#end];
    const target = Buffer.alloc(FRAME_BYTES_MAX);
    const controller = new AbortController();
    const { signal } = controller;
    const reading: Promise<Uint8Array> = this.#into
      ? stream.readInto(target, { signal }).then((bytes) => target.subarray(0, bytes!))
      : stream.read({ signal }).then((frame) => frame!.keep());
    const outcome = reading.then(
      (payload) => receive(model, this.#end, payload),
      (error: unknown) => {
        hasCode('ERR_ABORTED')(error);
        target.fill(0xcc);
      },
    );
    for (let i = 0; i < this.#turns; i++) await new Promise((resolve) => setImmediate(resolve));
    controller.abort();
    await within(String(this), outcome);
  }

  toString(): string {
    return `${this.#end} aborts ${this.#into ? 'readInto' : 'read'} after ${this.#turns} turns`;
  }
}

/** Ends one direction; what was sent is read to its end then. */
class EndSide implements Command {
  readonly #end: End;

  constructor(end: End) {
    this.#end = end;
  }

  check(model: Readonly<Model>): boolean {
    return !model[this.#end].hasEnded;
  }

  async run(model: Model, real: Real): Promise<void> {
    model[this.#end].hasEnded = true;
    const ended = real[this.#end].end();
    await readToEnd(model, real, other(this.#end));
    await within('end()', ended);
    // With both sides ended the connection is gone, and what is written dropped.
    if (!model[other(this.#end)].hasEnded)
      assert.throws(() => real[this.#end].write(Buffer.alloc(0)), hasCode('ERR_CLOSED'));
  }

  toString(): string {
    return `${this.#end} ends`;
  }
}

/** Reads what is left, and the end if there is one. */
export async function readToEnd(model: Model, real: Real, end: End): Promise<void> {
  while (model[other(end)].unread.length > 0) {
    using frame = await within('a frame', real[end].read());
    receive(model, end, frame!.bytes);
  }
  if (model[other(end)].hasEnded) assert.equal(await within('the end', real[end].read()), null);
}

const END = fc.constantFrom<End>('here', 'there');
const SIZE = fc.oneof(
  { weight: 6, arbitrary: fc.nat(300) },
  { weight: 2, arbitrary: fc.integer({ min: 3_000, max: 70_000 }) },
  { weight: 1, arbitrary: fc.nat(FRAME_BYTES_MAX) },
);
const SIZES = fc.oneof(fc.array(SIZE, { minLength: 1, maxLength: 12 }), fc.array(fc.nat(40), { minLength: 30 }));
const WAY = fc.constantFrom('copied', 'fresh', 'parts', 'flushed' as const);
const FACE = fc.constantFrom<Face>('read', 'readInto', 'iteration', 'batches', 'echo', 'echoInto');

/** Any of them. */
export const COMMANDS: fc.Arbitrary<Command>[] = [
  fc.tuple(END, SIZES, WAY).map((args) => new Write(...args)),
  fc.tuple(END, SIZES, WAY).map((args) => new Write(...args)),
  fc.tuple(END, FACE, fc.integer({ min: 1, max: 20 })).map((args) => new Read(...args)),
  fc.tuple(END, FACE, fc.integer({ min: 1, max: 60 })).map((args) => new Read(...args)),
  fc.tuple(END, fc.nat(4), fc.boolean()).map((args) => new Abort(...args)),
  END.map((end) => new LowerLimit(end)),
  END.map((end) => new EndSide(end)),
];
