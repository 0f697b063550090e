/**
 * Lines as text.
 *
 *     text   | taken |  line\n line\n li…        of the start of the first piece, made ahead where it is all ASCII
 *                    ^ #textAt
 *
 * One call makes the text of many lines: 20-byte lines are read twice as fast as with one call each. As each of them may
 * hold on to all of that text, it is at most 128 times as long as the line before.
 */
import { LimitError } from '../errors.js';
import type { Piece } from '../memory/byte-queue.js';
import { AHEAD_BYTES_MAX, AHEAD_PER_BYTE, asciiText } from '../memory/text.js';
import type { ByteInbox } from './byte-inbox.js';
import { contentBytes, taken } from './byte-readings.js';
import type { ByteSearch } from './byte-search.js';
import type { Reading } from './stream-life.js';

/** After text that was not ASCII, so many lines are taken one by one before the next try, twice as many each time, up to this. */
const LINES_WITHOUT_MAX = 256;
const CARRIAGE_RETURN = 0x0d;

/** One line, without what ends it. Serves one stream, line after line. */
export class ReadLine implements Reading<string | null> {
  limitBytes = 0;
  readonly #inbox: ByteInbox;
  readonly #search: ByteSearch;
  #foundBytes = 0;
  /** The rest of a line over the limit is dropped when it arrives. */
  #isDropping = false;
  #text = '';
  #textAt = 0;
  /** Of the queue, for as long as the text is of what is unread. */
  #textVersion = -1;
  /** Where the line that was found ends in the text; -1 if it was not found there. */
  #lineEnd = -1;
  #linesWithout = 0;
  #linesLeft = 0;

  constructor(inbox: ByteInbox, search: ByteSearch) {
    this.#inbox = inbox;
    this.#search = search;
  }

  /** Hot: once per line. */
  isReady(): boolean {
    if (this.#textVersion === this.#inbox.queue.version) {
      const end = this.#text.indexOf('\n', this.#textAt);
      this.#lineEnd = end;
      if (end >= 0 && end - this.#textAt <= this.limitBytes) return true;
    }
    this.#lineEnd = -1;
    return this.#isFound();
  }

  take(): string {
    const { queue } = this.#inbox;
    const end = this.#lineEnd;
    if (end < 0) return this.#takeFound();
    const text = this.#text;
    const at = this.#textAt;
    queue.skip(end + 1 - at);
    this.#textAt = end + 1;
    this.#textVersion = queue.version;
    return text.slice(at, end > at && text.charCodeAt(end - 1) === CARRIAGE_RETURN ? end - 1 : end);
  }

  /** What is left is the last line, if it is not the rest of one that was dropped. */
  atEnd(): string | null {
    const { length } = this.#inbox.queue;
    if (length === 0 || this.#isDropping) return null;
    return this.#takeLine(length, length);
  }

  #isFound(): boolean {
    const { queue } = this.#inbox;
    if (this.#isDropping && !this.#drop()) return false;
    const found = this.#search.find(queue);
    const bytes = contentBytes(found, queue.length, this.#search);
    this.#foundBytes = found;
    if (bytes <= this.limitBytes) return found >= 0;
    this.#isDropping = true;
    this.#drop();
    throw new LimitError('a line', bytes, this.limitBytes);
  }

  /** Drops what there is of a line, up to its end. Returns whether that is here. */
  #drop(): boolean {
    const { queue } = this.#inbox;
    const found = this.#search.find(queue);
    queue.skip(found >= 0 ? found : queue.length);
    this.#isDropping = found < 0;
    return found >= 0;
  }

  #takeFound(): string {
    const bytes = this.#foundBytes;
    const line = this.#takeLine(bytes, bytes - 1);
    this.#makeText(bytes * AHEAD_PER_BYTE);
    return line;
  }

  /** Takes `bytes`, of which the first `lineBytes` are a line, perhaps with a carriage return behind it. */
  #takeLine(bytes: number, lineBytes: number): string {
    const { queue } = this.#inbox;
    const first = queue.piece(0)!;
    if (first.end - first.at < bytes) return textOf({ memory: taken(this.#inbox, bytes), at: 0 }, lineBytes);
    const text = textOf(first, lineBytes);
    queue.skip(bytes);
    return text;
  }

  #makeText(bytes: number): void {
    const { queue } = this.#inbox;
    const first = queue.piece(0);
    if (first === undefined || this.#linesLeft-- > 0) return;
    const end = Math.min(first.end, first.at + Math.min(bytes, AHEAD_BYTES_MAX));
    const text = asciiText(first.memory, first.at, end);
    this.#linesWithout = text === null ? Math.min(LINES_WITHOUT_MAX, this.#linesWithout * 2 + 1) : 0;
    this.#linesLeft = this.#linesWithout;
    if (text === null) return;
    this.#text = text;
    this.#textAt = 0;
    this.#textVersion = queue.version;
  }
}

function textOf({ memory, at }: Pick<Piece, 'memory' | 'at'>, lineBytes: number): string {
  const end = at + lineBytes;
  return memory.toString('utf8', at, lineBytes > 0 && memory[end - 1] === CARRIAGE_RETURN ? end - 1 : end);
}
