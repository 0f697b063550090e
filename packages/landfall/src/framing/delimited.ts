/**
 * Frames that end with a delimiter, which is not part of the payload.
 *
 *     | payload | delimiter | payload | delimiter | …
 */
import { FrameError, LimitError } from '../errors.js';
import { Delimiter, DelimiterSearch } from '../memory/search.js';
import {
  checkMaxFrameBytes,
  checkOversize,
  type FrameCodec,
  type Framing,
  MAX_FRAME_BYTES_DEFAULT,
  type OversizePolicy,
} from './framing.js';

const DELIMITER_BYTES_MAX = 255;

/** What ends a frame, and how large it may be. */
export interface DelimitedOptions {
  /** 1 to 255 bytes, copied; a string is UTF-8. */
  delimiter: Uint8Array | string;
  /** The largest payload accepted and sent, in bytes, from 0 on; 64 MiB by default. A frame is refused as soon as it cannot end within it any more. */
  maxFrameBytes?: number | undefined;
  /** What becomes of a received frame over the limit; `fail` by default. To `skip` one, its bytes are dropped as they arrive, up to its delimiter. */
  oversize?: OversizePolicy | undefined;
}

/**
 * Frames with a delimiter behind.
 *
 * The first delimiter ends a frame, so a payload that contains one, or makes one together with the delimiter behind it
 * (`"a"` in front of `"aa"`), is refused with `ERR_FRAME` when sent. For that, payloads to send are searched.
 *
 * A frame without its delimiter at the end of the stream is incomplete; if it was being skipped, nothing is left of it.
 *
 * @throws {TypeError} A delimiter that is neither memory nor a string, or a policy that there is not.
 * @throws {RangeError} A delimiter or limit out of its range.
 */
export function delimited(options: DelimitedOptions): Framing {
  const { delimiter, maxFrameBytes = MAX_FRAME_BYTES_DEFAULT, oversize = 'fail' } = options;
  const bytes = typeof delimiter === 'string' ? Buffer.from(delimiter) : delimiter;
  if (!(bytes instanceof Uint8Array)) throw new TypeError('delimiter must be a Uint8Array or a string');
  if (bytes.length < 1 || bytes.length > DELIMITER_BYTES_MAX)
    throw new RangeError(`delimiter must be 1 to ${DELIMITER_BYTES_MAX} bytes, not ${bytes.length}`);
  checkMaxFrameBytes(maxFrameBytes);
  checkOversize(oversize);
  const shared = new Delimiter(bytes);
  return { maxFrameBytes, createCodec: () => new DelimitedCodec(shared, oversize) };
}

/** Remembers how far it has searched, and whether it is dropping what arrives. */
export class DelimitedCodec implements FrameCodec {
  readonly headerBytes = 0;
  readonly trailerBytes: number;
  readonly #delimiter: Uint8Array;
  readonly #oversize: OversizePolicy;
  readonly #search: DelimiterSearch;
  /** For payloads to send. */
  readonly #sendSearch: DelimiterSearch;
  /** Bytes of the frame that have been searched. */
  #searchedBytes = 0;
  /** Inside a frame over the limit: everything up to its delimiter is dropped. */
  #isDropping = false;

  constructor(delimiter: Delimiter, oversize: OversizePolicy) {
    this.trailerBytes = delimiter.bytes.length;
    this.#delimiter = delimiter.bytes;
    this.#oversize = oversize;
    this.#search = new DelimiterSearch(delimiter);
    this.#sendSearch = new DelimiterSearch(delimiter);
  }

  scan(memory: Uint8Array, start: number, end: number, maxFrameBytes: number): number {
    if (this.#isDropping) return this.#drop(memory, start, start, end);
    if (end - start < this.#searchedBytes) this.#search.rewind(memory, start, end);
    const from = Math.min(end, start + this.#searchedBytes);
    const stop = Math.min(end, start + maxFrameBytes + this.trailerBytes);
    const frameEnd = this.#search.find(memory, from, stop);
    if (frameEnd !== -1) {
      this.#searchedBytes = 0;
      return frameEnd - start;
    }
    // Below `from` only if the limit has been lowered since.
    const searched = Math.max(from, stop);
    this.#searchedBytes = searched - start;
    // The delimiter can begin no earlier than with the bytes that match it so far.
    if (this.#searchedBytes - this.#search.matched <= maxFrameBytes) return 0;
    this.#searchedBytes = 0;
    return this.#over(memory, start, searched, end, maxFrameBytes);
  }

  encode(payload: readonly Uint8Array[], payloadBytes: number, maxFrameBytes: number, wire: Uint8Array[]): void {
    if (payloadBytes > maxFrameBytes) throw new LimitError('a frame to send', payloadBytes, maxFrameBytes);
    // Found in all of it at the latest where it ends, so every payload begins a search from scratch.
    const search = this.#sendSearch;
    for (const part of payload) if (search.find(part, 0, part.length) !== -1) throw endsEarly();
    if (search.find(this.#delimiter, 0, this.#delimiter.length) !== this.#delimiter.length) throw endsEarly();
    for (const part of payload) wire.push(part);
    wire.push(this.#delimiter);
  }

  #over(memory: Uint8Array, start: number, searched: number, end: number, maxFrameBytes: number): number {
    if (this.#oversize === 'skip') return this.#drop(memory, start, searched, end);
    this.#search.restart();
    // How much more it is, nobody knows before the delimiter arrives.
    throw new LimitError('a received frame', maxFrameBytes + 1, maxFrameBytes);
  }

  /** Drops everything from `start` up to the delimiter, or all there is; searches on from `from`. */
  #drop(memory: Uint8Array, start: number, from: number, end: number): number {
    const frameEnd = this.#search.find(memory, from, end);
    this.#isDropping = frameEnd === -1;
    return start - (this.#isDropping ? end : frameEnd);
  }
}

function endsEarly(): FrameError {
  return new FrameError('a payload to send contains its delimiter, or the start of one that it would complete', 0);
}
