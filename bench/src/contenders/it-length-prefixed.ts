/**
 * The package it-length-prefixed of npm, which `npm run bench:peers` installs outside the workspace, and its row of the
 * echo suite: `decode` over a socket, and every frame made one piece of memory.
 */
import { existsSync } from 'node:fs';
import type { Socket } from 'node:net';
import type { Contender, EchoConnection, EchoTraffic, EndpointOptions } from './contender.js';
import { nodeContender } from './node-connection.js';
import { lengthPrefix, type Prefix } from './prefix.js';

/** The part of a list of chunks that is used here. */
export interface ByteList {
  readonly byteLength: number;
  getUint32(at: number, isLittleEndian: boolean): number;
  /** Without a copy where it lies in one chunk. */
  subarray(): Uint8Array;
}

/** How long the next frame is: throws a `RangeError` while too little is there, and says in `bytes` how much it read. */
interface LengthDecoder {
  (list: ByteList): number;
  bytes: number;
}

/** The part of the package that is used here. */
interface LengthPrefixed {
  decode(
    source: AsyncIterable<Uint8Array>,
    options: { lengthDecoder: LengthDecoder; maxDataLength: number },
  ): AsyncIterable<ByteList>;
}

/** Where the package is when it is installed. */
export const PACKAGE_FOLDER: URL = new URL('../../.peers/npm/node_modules/it-length-prefixed/', import.meta.url);
const MODULE = new URL('dist/src/index.js', PACKAGE_FOLDER);

/** Whole frames of a socket. */
export async function decodeFrames(
  source: AsyncIterable<Uint8Array>,
  { prefix, maxFrameBytes }: EndpointOptions,
): Promise<AsyncIterable<ByteList>> {
  if (!existsSync(MODULE)) throw new Error('it-length-prefixed is not installed: run `npm run bench:peers`');
  const { decode } = (await import(MODULE.href)) as LengthPrefixed;
  return decode(source, { lengthDecoder: lengthDecoder(prefix, maxFrameBytes), maxDataLength: maxFrameBytes });
}

function lengthDecoder({ lengthBytes, endian }: Prefix, maxFrameBytes: number): LengthDecoder {
  const isLittle = endian === 'little';
  const decode = (list: ByteList): number => {
    if (list.byteLength < lengthBytes) throw new RangeError('more bytes are needed');
    const length =
      lengthBytes === 4
        ? list.getUint32(0, isLittle)
        : list.getUint32(isLittle ? 0 : 4, isLittle) + list.getUint32(isLittle ? 4 : 0, isLittle) * 2 ** 32;
    if (length <= maxFrameBytes) return length;
    throw new Error(`a frame of ${length} bytes is over the limit of ${maxFrameBytes} bytes`);
  };
  return Object.assign(decode, { bytes: lengthBytes });
}

type OnFrame = (connection: EchoConnection, payload: Uint8Array) => void;

class DecodedConnection implements EchoConnection {
  readonly isBetweenFrames = true;
  readonly #socket: Socket;
  readonly #prefix: Prefix;
  #writes = 0;
  #drained: Promise<void> | undefined;

  constructor(socket: Socket, options: EndpointOptions, onFrame: OnFrame) {
    this.#socket = socket;
    this.#prefix = options.prefix;
    this.#receive(options, onFrame).catch((error: Error) => socket.destroy(error));
  }

  async #receive(options: EndpointOptions, onFrame: OnFrame): Promise<void> {
    for await (const frame of await decodeFrames(this.#socket, options)) {
      onFrame(this, frame.subarray());
      await this.#drained;
    }
    this.#socket.end();
  }

  send(payload: Uint8Array): void {
    this.#writes++;
    this.#socket.cork();
    this.#socket.write(lengthPrefix(payload.length, this.#prefix));
    const hasRoom = this.#socket.write(payload);
    this.#socket.uncork();
    if (hasRoom || this.#drained !== undefined) return;
    this.#drained = new Promise((resolve) => {
      const goOn = (): void => {
        this.#socket.off('drain', goOn).off('close', goOn);
        this.#drained = undefined;
        resolve();
      };
      this.#socket.on('drain', goOn).on('close', goOn);
    });
  }

  answer(payload: Uint8Array): void {
    this.send(payload);
  }

  /** The package does not tell what it copies, nor how often it receives. */
  traffic(): EchoTraffic {
    return { bytesReceived: this.#socket.bytesRead, bytesCopied: null, receives: null, writes: this.#writes };
  }

  close(): void {
    this.#socket.end();
  }
}

/** The row. */
export const contender: Contender = nodeContender(
  (socket, options, onFrame) => new DecodedConnection(socket, options, onFrame),
);
