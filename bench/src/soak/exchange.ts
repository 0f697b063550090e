/**
 * One connection of the soak at a time, from its opening to its end: frames of all sizes are sent several deep, each
 * answer is compared with what was sent, and now and then nothing is received for a while.
 *
 * Answers come in the order of the frames, so a lost, doubled, exchanged or spoiled one shows at the next answer.
 */
import type { Chance } from './chance.js';
import type { Face, Link, LinkListener } from './face.js';
import type { FrameMaker, FrameParts } from './frames.js';

/** What all connections of a process share. */
export interface ExchangeContext {
  maker: FrameMaker;
  maxFrameBytes: number;
  totals: Totals;
  /** Makes every connection end in order, once what it has sent is answered. */
  isStopping: boolean;
}

/** What happened so far, on all connections. */
interface Totals {
  frames: number;
  bytes: number;
  opened: number;
  aborted: number;
}

const MOST_IN_FLIGHT = 8;
/** No more frames are sent while so many bytes are on their way; one frame may be larger. */
const MOST_BYTES_IN_FLIGHT = 1_000_000;
/** One in so many frames is followed by a pause. */
const FRAMES_PER_PAUSE = 200;
const LONGEST_PAUSE_MS = 500;
const MOST_FRAMES_IN_LIFE = 5000;
/** One in so many connections is aborted with frames on their way; the others end in order. */
const LIVES_PER_ABORT = 4;

/** One connection. */
export class Exchange implements LinkListener {
  readonly #id: number;
  readonly #chance: Chance;
  readonly #context: ExchangeContext;
  readonly #inFlight: FrameParts[] = [];
  readonly #over: Promise<void>;
  #settle: (error: Error | null) => void = () => {};
  #link: Link | undefined;
  #bytesInFlight = 0;
  #framesLeft: number;
  #sent = 0;
  #answered = 0;
  #isEnding = false;
  #pauseTimer: NodeJS.Timeout | undefined;
  #progressMs: number = performance.now();

  constructor(id: number, chance: Chance, context: ExchangeContext) {
    this.#id = id;
    this.#chance = chance;
    this.#context = context;
    this.#framesLeft = chance.logUniform(MOST_FRAMES_IN_LIFE);
    this.#over = new Promise((resolve, reject) => {
      this.#settle = (error) => (error === null ? resolve() : reject(error));
    });
  }

  /**
   * Opens the connection and uses it up.
   *
   * @throws {Error} A frame was wrong, or the connection was lost.
   */
  async run(face: Face, port: number): Promise<void> {
    this.#link = await face.open(port, this);
    this.#context.totals.opened++;
    this.#progressMs = performance.now();
    this.#goOn();
    await this.#over;
  }

  /** How long nothing has come although something is due; 0 while nothing is. */
  get stalledMs(): number {
    const isWaiting = this.#pauseTimer === undefined && (this.#inFlight.length > 0 || this.#isEnding);
    return isWaiting ? performance.now() - this.#progressMs : 0;
  }

  received(memory: Uint8Array, start: number, end: number): void {
    const expected = this.#inFlight.shift();
    if (expected === undefined) return this.#fail('it was not sent, or answered before');
    const fault = this.#context.maker.fault(expected, memory, start, end);
    if (fault !== null) return this.#fail(fault);
    this.#answered++;
    this.#bytesInFlight -= end - start;
    this.#context.totals.frames++;
    this.#context.totals.bytes += end - start;
    this.#progressMs = performance.now();
    if (this.#chance.below(FRAMES_PER_PAUSE) === 0) this.#pause();
    this.#goOn();
  }

  writable(): void {
    this.#goOn();
  }

  lost(error: Error | null): void {
    clearTimeout(this.#pauseTimer);
    if (error !== null)
      return this.#settle(new Error(`connection ${this.#id} was lost: ${error.message}`, { cause: error }));
    if (!this.#isEnding) return this.#settle(new Error(`connection ${this.#id} was ended by the other side`));
    this.#settle(null);
  }

  /** Sends as much as may be on its way; ends the connection when its last frame is answered, or earlier. */
  #goOn(): void {
    const link = this.#link;
    if (link === undefined || this.#isEnding) return;
    const { isStopping, totals } = this.#context;
    while (!isStopping && this.#framesLeft > 0 && this.#hasRoom) if (!this.#sendNext(link)) break;
    if (this.#framesLeft > 0 && !isStopping) return;
    const isAborted = !isStopping && this.#inFlight.length > 0 && this.#id % LIVES_PER_ABORT === 0;
    if (this.#inFlight.length > 0 && !isAborted) return;
    this.#isEnding = true;
    if (isAborted) {
      totals.aborted++;
      link.abort();
    } else link.close();
  }

  get #hasRoom(): boolean {
    return this.#inFlight.length < MOST_IN_FLIGHT && this.#bytesInFlight < MOST_BYTES_IN_FLIGHT;
  }

  #sendNext(link: Link): boolean {
    const frameBytes = this.#chance.logUniform(this.#context.maxFrameBytes);
    const parts = this.#context.maker.make(this.#id, this.#sent++, frameBytes);
    this.#inFlight.push(parts);
    this.#bytesInFlight += frameBytes;
    this.#framesLeft--;
    return link.send(parts);
  }

  #pause(): void {
    if (this.#pauseTimer !== undefined) return;
    this.#link?.pause();
    this.#pauseTimer = setTimeout(() => {
      this.#pauseTimer = undefined;
      this.#progressMs = performance.now();
      this.#link?.resume();
    }, this.#chance.below(LONGEST_PAUSE_MS));
  }

  #fail(what: string): void {
    this.#settle(new Error(`connection ${this.#id}, answer ${this.#answered}: ${what}`));
    this.#link?.abort();
  }
}
