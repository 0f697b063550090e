/** What a byte stream may do wrong when it is written to, and at its end. */
import { LandfallError } from 'landfall';
import { nothing, replace, say } from './planted.js';
import { afterReads, type StreamFault } from './planted-streams.js';

/** Has reads that fail so come to something else. */
const failsOtherwise =
  (code: string, instead: () => unknown): NonNullable<StreamFault['stream']> =>
  (stream) =>
    afterReads(
      stream,
      (value) => value,
      (error) => {
        if (error.code === code) return instead();
        throw error;
      },
    );

const never = (): Promise<never> => new Promise(() => {});

export const streamEndingFaults: Readonly<Record<string, StreamFault>> = {
  'the end is a loss': {
    breaks: [
      /^(?!readToEnd).* at an end that came before/,
      /^(?!readToEnd).* that waits when the end comes/,
      /^readToEnd\(\) gives everything/,
    ],
    stream: (stream) => {
      const lost = (): never => {
        throw new LandfallError('ERR_LOST', 'at the end');
      };
      failsOtherwise('ERR_INCOMPLETE', lost)(stream);
      afterReads(stream, (value) => value ?? lost());
    },
  },
  'a stream that nobody reads takes everything': {
    breaks: [/^a peer that floods a stream/],
    stream: ({ transport }) => nothing('pauseReading')(transport),
  },
  'the end of the peer ends this side, too': {
    breaks: ['after the end of the peer this side still sends'],
    stream: ({ protocol, transport }) =>
      replace(protocol, 'eofReceived', (eofReceived) => () => {
        eofReceived();
        transport.abort();
      }),
  },
  'a loss is an end': {
    breaks: [/after a loss fails with ERR_LOST/, /waits when the connection is lost is ERR_LOST/],
    stream: failsOtherwise('ERR_LOST', () => null),
  },
  'drain() knows of no loss and no close': {
    breaks: [/^after a loss writes are dropped/, /wakes whoever waits to write with ERR_CLOSED/],
    stream: (stream) =>
      replace(
        stream,
        'drain',
        (drain) => (options?: object) =>
          drain(options).catch((error: { code?: string }) => {
            if (error.code === 'ERR_LOST' || error.code === 'ERR_CLOSED') return;
            throw error;
          }),
      ),
  },
  'drain() resolves at once': {
    breaks: [/^drain\(\) resolves at once below the high mark/],
    stream: (stream) => replace(stream, 'drain', () => async () => {}),
  },
  'the last byte of a write is not sent': {
    breaks: [
      /^texts, views and vectors/,
      /^1 MiB in random pieces/,
      /^end\(\) (ends this side|of both sides)/,
      /^close\(\) sends what was written/,
      /^a read or a drain that was cut short/,
    ],
    stream: (stream) =>
      replace(
        stream,
        'write',
        (write) => (data: unknown, options?: object) =>
          write(data instanceof Uint8Array || typeof data === 'string' ? data.slice(0, -1) : data, options),
      ),
  },
  'written memory is wiped': {
    breaks: [/^what was written is left as it was/],
    stream: (stream) =>
      replace(stream, 'write', (write) => (data: unknown, options?: object) => {
        const result = write(data, { ...options, copy: true });
        if (data instanceof Uint8Array) data.fill(0);
        return result;
      }),
  },
  'reads wait for ever once the stream is closed': {
    breaks: [/^every kind of close wakes/, /^close\(\) sends what was written/],
    stream: failsOtherwise('ERR_CLOSED', never),
  },
  'close() cannot be given up': {
    breaks: [/^close\(\) that is given up aborts/],
    stream: (stream) => replace(stream, 'close', (close) => () => close()),
  },
  'abort() sends everything first': {
    breaks: [/^abort\(\) drops what waits/],
    stream: (stream) => replace(stream, 'abort', () => () => void stream.close()),
  },
  'closed resolves too early': {
    breaks: [/^closed resolves only when/],
    stream: (stream) => say(stream, 'closed', () => Promise.resolve()),
  },
  'this side can be ended alone where that is not so': {
    breaks: [/^end\(\) rejects with ERR_UNSUPPORTED/],
    options: { halfClose: false },
  },
};
