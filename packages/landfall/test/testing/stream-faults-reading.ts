/** What a byte stream may do wrong when it is read from. */
import { LandfallError } from 'landfall';
import { replace } from './planted.js';
import { afterReads, aroundReads, READS, type StreamFault, waitOf } from './planted-streams.js';

export const streamReadingFaults: Readonly<Record<string, StreamFault>> = {
  'every read loses its last byte': {
    breaks: [
      /^(read|readExactly|readUntil|readLine|readToEnd)\(\) (gives|waits)/,
      /^iteration gives/,
      /^what unread\(\) puts back/,
      /^what a read returned is/,
      /^reads of all kinds/,
      /^a \w+ of a part of/,
      /^what does not fit/,
      /^partial settles/,
      /^(1 MiB|what a peer sent before)/,
      /^toWeb\(\) reads/,
      /^toNode\(\) reads/,
      /^read(Exactly|Until|Line|ToEnd).* that is aborted takes nothing/,
      /^readInto\(\) that is cut short/,
      /^readToEnd\(\) (at an end|that waits when the end)/,
    ],
    stream: (stream) =>
      afterReads(stream, (value) => {
        if (typeof value === 'number') return value - 1;
        return value instanceof Uint8Array || typeof value === 'string' ? value.slice(0, -1) : value;
      }),
  },
  'what was returned is used again': {
    breaks: [/^what a read returned is/],
    stream: (stream) => {
      const memory = Buffer.alloc(100_000);
      afterReads(stream, (value) =>
        value instanceof Uint8Array ? memory.subarray(0, memory.fill(value).length && value.length) : value,
      );
    },
  },
  'nothing is waited for': {
    breaks: [/^nothing is read at once/],
    stream: (stream) =>
      replace(
        stream,
        'read',
        (read) =>
          (maxBytes = 65_536, options?: object) =>
            read(maxBytes || 1, options),
      ),
  },
  'anything is received into': {
    breaks: [/^memory that cannot be received into/],
    stream: (stream) =>
      replace(
        stream,
        'readInto',
        (readInto) => async (target: unknown, options?: object) =>
          ArrayBuffer.isView(target) ? readInto(target, options) : 0,
      ),
  },
  'a view that is not full will do at the end': {
    breaks: [/^at the end, a view that is not full/],
    stream: (stream) =>
      afterReads(
        stream,
        (value) => value,
        (error, [target]) => {
          if (error.code === 'ERR_INCOMPLETE' && ArrayBuffer.isView(target)) return error.bytesRead;
          throw error;
        },
      ),
  },
  'a view is written to when its read is over': {
    breaks: [/^a view is not written to any more/, /^readInto\(\) that is cut short/, /^aborts at any moment/],
    stream: (stream) => {
      const later = (target: unknown): void => {
        if (!(target instanceof Uint8Array) || target.length === 0) return;
        setImmediate(() => {
          target[target.length - 1]! ^= 1;
        });
      };
      afterReads(
        stream,
        (value, [target]) => {
          later(target);
          return value;
        },
        (error, [target]) => {
          later(target);
          throw error;
        },
      );
    },
  },
  'limits are ignored': {
    breaks: [
      /ERR_LIMIT/,
      /^a carriage return counts/,
      /^a limit is that of each call/,
      /^an end inside a line over the limit/,
    ],
    stream: (stream) => {
      for (const name of ['readUntil', 'readLine', 'readToEnd']) {
        replace(
          stream,
          name,
          (read) =>
            (...args: unknown[]) =>
              read(...args.map((arg) => (isOptions(arg) ? { ...arg, limitBytes: undefined } : arg))),
        );
      }
    },
  },
  'arguments are not looked at': {
    breaks: [
      /^a number of bytes that is none/,
      /^a delimiter is a string/,
      /^a deadline that is none/,
      /^unread\(\) takes/,
    ],
    stream: (stream) => {
      for (const name of [...READS, 'unread']) {
        replace(stream, name, (call) => (...args: unknown[]) => {
          try {
            const called: unknown = call(...args);
            return called instanceof Promise ? called.catch(forgiven) : called;
          } catch (error) {
            return forgiven(error);
          }
        });
      }
    },
  },
  'options that are undefined are refused': {
    breaks: [/^options without a signal/],
    stream: (stream) =>
      aroundReads(stream, (read, args) => {
        const options = waitOf(args);
        if ('signal' in options && options.signal === undefined) throw new TypeError('signal');
        return read();
      }),
  },
  'a second read waits for the first': {
    breaks: [/waits every other read is ERR_BUSY/],
    stream: (stream) => {
      let last: Promise<unknown> = Promise.resolve();
      aroundReads(stream, (read) => {
        last = last.then(read, read);
        return last;
      });
    },
  },
  'a stream stays busy when a read is over': {
    breaks: [/^a read that is over makes room/],
    stream: (stream) => {
      let isBusy = false;
      aroundReads(stream, async (read) => {
        if (isBusy) throw new LandfallError('ERR_BUSY', 'a turn ago');
        isBusy = true;
        try {
          return await read();
        } finally {
          setImmediate(() => {
            isBusy = false;
          });
        }
      });
    },
  },
  'signals and deadlines are ignored': {
    breaks: [
      /that is aborted takes nothing/,
      /whose time is up takes nothing/,
      /with a signal that fired before/,
      /^readInto\(\) that is cut short/,
    ],
    stream: (stream) => {
      for (const name of READS) {
        replace(
          stream,
          name,
          (read) =>
            (...args: unknown[]) =>
              read(...args.map((arg) => (isOptions(arg) ? { ...arg, signal: undefined, timeoutMs: undefined } : arg))),
        );
      }
    },
  },
  'a byte is lost where a read is cut short': {
    breaks: [/that is aborted takes nothing/, /^readInto\(\) that is cut short/, /^aborts at any moment/],
    stream: (stream) => {
      const { read } = stream;
      afterReads(
        stream,
        (value) => value,
        async (error) => {
          if (error.code === 'ERR_ABORTED' || error.code === 'ERR_TIMEOUT') await read.call(stream, 1);
          throw error;
        },
      );
    },
  },
  'a signal that fires when a read is over still takes something': {
    breaks: [/^a read that is over is not cut short/],
    stream: (stream) => {
      const { read } = stream;
      aroundReads(stream, (reading, args) => {
        waitOf(args).signal?.addEventListener('abort', () => void read.call(stream, 1));
        return reading();
      });
    },
  },
};

function isOptions(arg: unknown): arg is object {
  return typeof arg === 'object' && arg !== null && !ArrayBuffer.isView(arg);
}

function forgiven(error: unknown): null {
  if (error instanceof TypeError || error instanceof RangeError) return null;
  throw error;
}
