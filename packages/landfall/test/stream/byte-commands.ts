/** What the model of a byte stream is, and what a reader can do while its peer writes. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ByteStream, WaitOptions } from 'landfall';
import { assertCode } from '../../dist/testing/codes.js';
import { loopTurns, within } from '../../dist/testing/waiting.js';
import type { Peer } from '../support/peer.js';

/** What was sent and not read. */
export interface Model {
  unread: Buffer;
}

export interface Real {
  readonly stream: ByteStream;
  readonly peer: Peer;
  /** Of reads that are over: nobody writes to these any more. */
  readonly over: { memory: Buffer; copy: Buffer }[];
  /** Says which bytes come next. */
  seed: number;
}

export type Command = fc.AsyncCommand<Model, Real>;

const CANARY = 0xa5;
/** Nothing more is sent before something is read. */
const UNREAD_BYTES_MAX = 1024 * 1024;
/** More than is ever unread. */
const LIMIT_BYTES = 1024 ** 3;

/** Text with line ends, delimiters and characters of several bytes; nowhere the same for long. */
const SOURCE = source(1024 * 1024);

function source(bytes: number): Buffer {
  const text = Buffer.alloc(bytes);
  const pattern = Buffer.from('abc;def\nghi,jklmnop\r\nqrs\u00fctuv\u{1f30a}wxyz;;0123456789');
  let state = 1;
  for (let at = 0; at < bytes; at++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    text[at] = state >>> 28 === 0 ? 0x30 + ((state >>> 9) % 64) : pattern[at % pattern.length]!;
  }
  return text;
}

/** A part of the text that follows from `seed`. */
function written(bytes: number, seed: number): Buffer {
  const at = Math.imul(seed + 1, 2654435761) >>> 0;
  const from = at % (SOURCE.length - bytes);
  return Buffer.from(SOURCE.subarray(from, from + bytes));
}

/** A view of some type in the middle of larger memory. */
export type ViewType = 'Buffer' | 'Uint16Array' | 'Float64Array' | 'DataView' | 'Uint8ClampedArray';

function viewOf(memory: Buffer, type: ViewType, offset: number, bytes: number): ArrayBufferView {
  const { buffer } = memory;
  switch (type) {
    case 'Buffer':
      return memory.subarray(offset, offset + bytes);
    case 'DataView':
      return new DataView(buffer, offset, bytes);
    case 'Uint8ClampedArray':
      return new Uint8ClampedArray(buffer, offset, bytes);
    case 'Uint16Array':
      return new Uint16Array(buffer, offset & ~1, bytes >> 1);
    case 'Float64Array':
      return new Float64Array(buffer, offset & ~7, bytes >> 3);
  }
}

/** One way to read. `wanted` bytes are there, or on their way. Resolves to what was read, as bytes of the stream. */
interface Way {
  readonly name: string;
  /** Whether what is on its way is enough for this not to wait forever. */
  isPossible(unread: Buffer): boolean;
  read(stream: ByteStream, unread: Buffer, wait: WaitOptions, real: Real): Promise<Outcome>;
}

/** The first bytes that were taken, as the stream gave them; or how many, where it gave text. */
interface Outcome {
  readonly taken: Uint8Array;
}

const some = (maxBytes: number): Way => ({
  name: `read(${maxBytes})`,
  isPossible: (unread) => unread.length > 0,
  async read(stream, _, wait) {
    const bytes = (await stream.read(maxBytes, wait))!;
    assert.ok(bytes.length > 0 && bytes.length <= maxBytes);
    return { taken: bytes };
  },
});

const exactly = (bytes: number): Way => ({
  name: `readExactly(${bytes})`,
  isPossible: () => true,
  async read(stream, unread, wait) {
    const wanted = Math.min(bytes, unread.length);
    const taken = await stream.readExactly(wanted, wait);
    assert.equal(taken.length, wanted);
    return { taken };
  },
});

const until = (delimiter: string): Way => ({
  name: `readUntil(${delimiter})`,
  isPossible: (unread) => unread.includes(delimiter),
  async read(stream, unread, wait) {
    const taken = await stream.readUntil(delimiter, { ...wait, limitBytes: LIMIT_BYTES });
    assert.equal(taken.length, unread.indexOf(delimiter) + delimiter.length);
    return { taken };
  },
});

const line: Way = {
  name: 'readLine()',
  isPossible: (unread) => unread.includes('\n'),
  async read(stream, unread, wait) {
    const end = unread.indexOf('\n');
    const text = unread.toString('utf8', 0, end > 0 && unread[end - 1] === 0x0d ? end - 1 : end);
    assert.equal(await stream.readLine(wait), text);
    return { taken: unread.subarray(0, end + 1) };
  },
};

const into = (bytes: number, type: ViewType, offset: number, partial: boolean): Way => ({
  name: `readInto(${type} of ${bytes} at ${offset}, ${partial ? 'partial' : 'full'})`,
  isPossible: (unread) => !partial || unread.length > 0,
  async read(stream, unread, wait, real) {
    const room = partial ? bytes : Math.min(bytes, unread.length);
    const memory = Buffer.from(new ArrayBuffer(room + offset + 24)).fill(CANARY);
    const view = viewOf(memory, type, offset, room);
    const start = view.byteOffset;
    const outcome = await stream.readInto(view, { ...wait, partial }).then(
      (taken) => taken!,
      (error: { bytesRead: number }) => {
        assert.ok(memory.subarray(start, start + error.bytesRead).equals(unread.subarray(0, error.bytesRead)));
        keep(real, memory);
        throw error;
      },
    );
    assert.ok(partial || outcome === view.byteLength, 'it is full');
    assert.ok(!partial || outcome > 0 || view.byteLength === 0, 'it is not empty');
    const around = Buffer.concat([memory.subarray(0, start), memory.subarray(start + view.byteLength)]);
    assert.ok(around.every((byte) => byte === CANARY));
    keep(real, memory);
    return { taken: Buffer.from(memory.subarray(start, start + outcome)) };
  },
});

/** The memory is the reader's again. */
function keep(real: Real, memory: Buffer): void {
  real.over.push({ memory, copy: Buffer.from(memory) });
}

export function checkKept(real: Real): void {
  for (const { memory, copy } of real.over)
    assert.ok(memory.equals(copy), 'memory of a read that was over was written to');
}

/** Sends so many bytes, cut up, with so many turns of the event loop in between. */
async function send(model: Model, real: Real, sizes: readonly number[], turns: number): Promise<void> {
  for (const [i, bytes] of sizes.entries()) {
    const piece = model.unread.subarray(model.unread.length - sizes.slice(i).reduce((sum, size) => sum + size, 0));
    real.peer.socket.write(piece.subarray(0, bytes));
    if (turns > 0) await loopTurns(turns);
  }
}

/** Reads, while more is sent; and gives up maybe, after some turns. */
export class Read implements Command {
  readonly #way: Way;
  readonly #sizes: readonly number[];
  readonly #turns: number;
  readonly #cut: 'none' | 'abort' | 'timeout';

  constructor(way: Way, sizes: readonly number[], turns: number, cut: 'none' | 'abort' | 'timeout') {
    this.#way = way;
    this.#sizes = sizes;
    this.#turns = turns;
    this.#cut = cut;
  }

  check(): boolean {
    return true;
  }

  async run(model: Model, real: Real): Promise<void> {
    const sent = model.unread.length > UNREAD_BYTES_MAX ? [] : this.#sizes;
    model.unread = Buffer.concat([model.unread, ...sent.map((bytes) => written(bytes, real.seed++))]);
    if (this.#cut === 'none' && !this.#way.isPossible(model.unread)) return send(model, real, sent, this.#turns);
    const controller = new AbortController();
    const wait: WaitOptions =
      this.#cut === 'abort' ? { signal: controller.signal } : this.#cut === 'timeout' ? { timeoutMs: this.#turns } : {};
    const reading = this.#way.read(real.stream, model.unread, wait, real).then(
      ({ taken }) => ({ taken, takenBytes: taken.length }),
      (error: unknown) => {
        assertCode(error, this.#cut === 'abort' ? 'ERR_ABORTED' : 'ERR_TIMEOUT');
        const { bytesRead } = error as { bytesRead?: number };
        return { taken: null, takenBytes: bytesRead! };
      },
    );
    // What is read is compared with all that was sent: nothing is taken from the model before.
    await send(model, real, sent, this.#turns);
    controller.abort();
    const { taken, takenBytes } = await within(String(this), reading);
    if (taken !== null) assert.ok(model.unread.subarray(0, takenBytes).equals(taken), `${this} got something else`);
    model.unread = model.unread.subarray(takenBytes);
  }

  toString(): string {
    const cut = this.#cut === 'none' ? '' : `, ${this.#cut}`;
    return `${this.#way.name} while ${this.#sizes} arrive with ${this.#turns} turns between${cut}`;
  }
}

/** Puts back what was read last, or anything else. */
export class Unread implements Command {
  readonly #bytes: number;

  constructor(bytes: number) {
    this.#bytes = bytes;
  }

  check(): boolean {
    return true;
  }

  async run(model: Model, real: Real): Promise<void> {
    const back = written(this.#bytes, real.seed++);
    model.unread = Buffer.concat([back, model.unread]);
    real.stream.unread(back);
    back.fill(CANARY);
  }

  toString(): string {
    return `unread(${this.#bytes})`;
  }
}

const BYTES = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 1, max: 60 }) },
  { weight: 2, arbitrary: fc.integer({ min: 60, max: 20_000 }) },
  { weight: 2, arbitrary: fc.integer({ min: 20_000, max: 200_000 }) },
);
const VIEW_TYPE = fc.constantFrom<ViewType>('Buffer', 'Uint16Array', 'Float64Array', 'DataView', 'Uint8ClampedArray');
const WAY: fc.Arbitrary<Way> = fc.oneof(
  BYTES.map(some),
  BYTES.map(exactly),
  fc.constantFrom('\n', ';', '\r\n', 'ab', 'b;', ';;012').map(until),
  fc.constant(line),
  fc.tuple(BYTES, VIEW_TYPE, fc.nat(9), fc.boolean()).map((args) => into(...args)),
  fc.tuple(BYTES, VIEW_TYPE, fc.nat(9), fc.boolean()).map((args) => into(...args)),
);
const CUT = fc.constantFrom('none', 'none', 'none', 'abort', 'timeout' as const);

/** Any of them. */
export const COMMANDS: fc.Arbitrary<Command>[] = [
  fc.tuple(WAY, fc.array(BYTES, { maxLength: 5 }), fc.nat(3), CUT).map((args) => new Read(...args)),
  fc.tuple(WAY, fc.constant([]), fc.nat(2), CUT).map((args) => new Read(...args)),
  fc.oneof(fc.nat(30), fc.nat(20_000)).map((bytes) => new Unread(bytes)),
];
