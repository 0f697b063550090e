/**
 * The client's side of every Node row: sends one frame at a time and checks the answers, all bytes of them outside the
 * clock, three stamps inside it.
 */
import { allocateAligned } from './aligned-memory.js';
import type { Contender, EchoConnection, EchoListener, EchoTraffic, EndpointOptions } from './contender.js';
import { fillPayload, findFault, findStampFault, stampPayload } from './payload.js';

/** What is done with an answer; the memory is borrowed until it returns. */
type TakeAnswer = (memory: Uint8Array, start: number, end: number) => void;

const PREPARED_SEED = 0x9e3779b9;

/** One connection to an echo server. Every wait rejects when an answer is wrong or the connection ends. */
export class EchoDriver {
  readonly #payload: Buffer;
  readonly #headerBytes: number;
  #connection: EchoConnection | undefined;
  #takeAnswer: TakeAnswer = () => this.#fail(new Error('an answer came that nothing was sent for'));
  #reject: (error: Error) => void = () => {};
  #failure: Error | undefined;
  /** Frames sent and answered over the connection's life. */
  #answeredFrames = 0;

  private constructor(frameBytes: number, headerBytes: number) {
    // As the clients in other languages have it, whose payload is at the start of a page.
    this.#payload = allocateAligned(frameBytes, 0);
    fillPayload(this.#payload, PREPARED_SEED);
    this.#headerBytes = headerBytes;
  }

  /** Connects to 127.0.0.1 and prepares the payload. */
  static async connect(
    contender: Contender,
    port: number,
    options: EndpointOptions & { frameBytes: number },
  ): Promise<EchoDriver> {
    const driver = new EchoDriver(options.frameBytes, options.prefix.lengthBytes);
    const listener: EchoListener = {
      made() {},
      frame: (_connection, memory, start, end) => driver.#takeAnswer(memory, start, end),
      lost: (_connection, error) => driver.#fail(driver.#endedEarly(error)),
    };
    driver.#connection = await contender.connect(port, options, listener);
    return driver;
  }

  /** Echoes `frames` payloads, each of its own, and compares every byte of every answer. */
  async verify(frames: number): Promise<void> {
    for (let frame = 0; frame < frames; frame++) {
      fillPayload(this.#payload, this.#answeredFrames + 1);
      await this.#answers((done) => {
        this.#takeAnswer = (memory, start, end) => {
          if (this.#accept(findFault(this.#payload, memory, start, end))) done();
        };
        this.#send();
      });
    }
  }

  /**
   * Echoes `frames` frames against the clock. The last answer is compared byte by byte after the clock has stopped.
   *
   * @param onRan Called when the clock has stopped, before that comparison.
   */
  async run(frames: number, onRan: (seconds: number) => void): Promise<void> {
    // Filled at the start or by `verify`: filling it here would be measured as the row's own CPU time.
    const payload = this.#payload;
    stampPayload(payload, this.#answeredFrames);
    await this.#answers((done) => {
      let answered = 0;
      this.#takeAnswer = (memory, start, end) => {
        answered++;
        if (answered === frames) {
          onRan((performance.now() - startedMs) / 1000);
          if (this.#accept(findFault(payload, memory, start, end))) done();
          return;
        }
        if (!this.#accept(findStampFault(payload, memory, start, end))) return;
        stampPayload(payload, this.#answeredFrames);
        this.#send();
      };
      const startedMs = performance.now();
      this.#send();
    });
  }

  /** What this end received so far. */
  traffic(): EchoTraffic {
    return this.#connected.traffic();
  }

  /** Ends the connection. */
  close(): void {
    this.#reject = () => {};
    this.#connected.close();
  }

  get #connected(): EchoConnection {
    if (this.#connection === undefined) throw new Error('not connected');
    return this.#connection;
  }

  #send(): void {
    this.#connected.send(this.#payload);
  }

  /** Resolves when `start`'s `done` is called; rejects when anything goes wrong first. */
  #answers(start: (done: () => void) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#reject = reject;
      if (this.#failure !== undefined) reject(this.#failure);
      else start(resolve);
    });
  }

  #accept(fault: string | null): boolean {
    if (fault !== null) {
      this.#fail(new Error(`frame ${this.#answeredFrames}: ${fault}`));
      return false;
    }
    this.#answeredFrames++;
    return true;
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#reject(this.#failure);
  }

  #endedEarly(error: Error | null): Error {
    const wholeFrames = this.#answeredFrames * (this.#headerBytes + this.#payload.length);
    const at = this.#connected.traffic().bytesReceived - wholeFrames - this.#headerBytes;
    const where = at < 0 ? 'in its header' : `at byte ${at}`;
    return new Error(
      `frame ${this.#answeredFrames}: the answer ended ${where} (${error?.message ?? 'closed by the peer'})`,
    );
  }
}
