import { answers, type Fault, nothing, replace } from './planted.js';

export const sendingFaults: Readonly<Record<string, Fault>> = {
  'the last byte of a write is not sent': {
    breaks: ['a small write and a text are taken at once', 'what was written before a callback threw is still sent'],
    transport: (transport) =>
      replace(
        transport,
        'write',
        (write) => (data: unknown, options?: object) =>
          write(data instanceof Uint8Array || typeof data === 'string' ? data.slice(0, -1) : data, options),
      ),
  },
  'a vectored write sends a thousand parts at the most': {
    breaks: ['a vectored write of two thousand parts and 8 MB is sent whole'],
    transport: (transport) =>
      replace(
        transport,
        'writeVectored',
        (write) => (parts: Uint8Array[], options?: object) => write(parts.slice(0, 1000), options),
      ),
  },
  'written memory is wiped': {
    breaks: [
      'writing goes on while reading is paused',
      'the written memory is left as it was',
      'a view of shared memory is written',
    ],
    transport: (transport) =>
      replace(transport, 'write', (write) => (data: unknown, options?: object) => {
        const result = write(data, { ...options, copy: true });
        if (data instanceof Uint8Array) data.fill(0);
        return result;
      }),
  },
  'every write leaves by itself': {
    breaks: ['an empty write hands nothing to the socket', 'writes of one turn leave in one write to the socket'],
    transport: (transport) => {
      const { stats } = transport;
      let calls = 0;
      replace(transport, 'write', (write) => (data: unknown, options?: object) => {
        calls++;
        return write(data, options);
      });
      transport.stats = () => ({ ...stats.call(transport), writes: calls });
    },
  },
  'write always returns false': {
    breaks: ['a string is sent as UTF-8'],
    transport: (transport) => {
      for (const name of ['write', 'writeVectored']) {
        replace(transport, name, (write) => (data: unknown, options?: object) => {
          write(data, options);
          return false;
        });
      }
    },
  },
  'a write after writeEof is dropped': {
    breaks: ['a write after writeEof throws ERR_CLOSED, an empty one too, and harms nothing'],
    transport: (transport) => {
      for (const name of ['write', 'writeVectored']) {
        replace(transport, name, (write) => (data: unknown, options?: object) => {
          try {
            return write(data, options);
          } catch (error) {
            if ((error as { code?: string }).code === 'ERR_CLOSED') return false;
            throw error;
          }
        });
      }
    },
  },
  'a write after close() throws': {
    breaks: ['a write after abort() is dropped and counted', 'after the loss, writes are dropped and counted'],
    transport: (transport) => {
      for (const name of ['write', 'writeVectored']) {
        replace(transport, name, (write) => (data: unknown, options?: object) => {
          if (transport.isClosing) throw new Error('closed');
          return write(data, options);
        });
      }
    },
  },
  'writeEof closes': {
    breaks: [
      'what arrived while paused is delivered, then the end, although both sides have ended',
      'writeEof inside connectionMade ends this side only',
    ],
    transport: (transport) => replace(transport, 'writeEof', () => () => transport.close()),
  },
  'flushed() resolves at once': {
    breaks: [
      'memory that is detached after the write loses the connection with ERR_BUFFER',
      'flushed() resolves at once when nothing waits',
      'every flushed() rejects with ERR_CLOSED after abort() with output waiting',
      'abort() drops what waits',
      'memory may change after flushed(), and at once after a copy',
      'several flushed() resolve in order, each after what was written before it',
    ],
    transport: (transport) => replace(transport, 'flushed', () => async () => {}),
  },
  'flushed() waits in another order': {
    breaks: ['flushed() is cut short by its deadline and by its signal; the connection goes on'],
    transport: (transport) => {
      let last: Promise<void> = Promise.resolve();
      replace(transport, 'flushed', (flushed) => (options?: object) => {
        const previous = last;
        last = (async (): Promise<void> => {
          await flushed(options);
          if (transport.writeBufferSize > 0) await flushed();
          await previous;
        })();
        return last;
      });
    },
  },
  'writeBufferSize is always 0': {
    breaks: [
      /^limits .* ask to pause above/,
      'flushed() after close() resolves once the rest has left',
      'a falsy eofReceived closes after everything written has left',
      'close() sends 16 MB that wait, then calls connectionLost(null)',
    ],
    ...answers('writeBufferSize', 0),
  },
  'water marks cannot be set': {
    breaks: ['a high mark of 0 asks to pause at the first byte and to go on when all has left'],
    transport: nothing('setWriteBufferLimits'),
  },
  'water marks are applied at the next write only': {
    breaks: [
      /^limits .* let a paused writer go on/,
      'limits are applied at once: lower ones pause, higher ones resume',
      'raising the limits inside a callback resumes after it, not inside it',
    ],
    transport: (transport) =>
      replace(transport, 'setWriteBufferLimits', (set) => (limits: object) => {
        replace(transport, 'write', (write) => (data: unknown, options?: object) => {
          set(limits);
          return write(data, options);
        });
      }),
  },
  'impossible water marks are taken': {
    breaks: ['impossible limits are a RangeError and change nothing'],
    transport: (transport) =>
      replace(transport, 'setWriteBufferLimits', (set) => (limits: object) => {
        try {
          set(limits);
        } catch {
          set({ high: 10 });
        }
      }),
  },
  'the high water mark is one byte lower': {
    breaks: ['writeVectored above the high mark asks to pause'],
    transport: (transport) => {
      const set = transport.setWriteBufferLimits.bind(transport);
      set({ high: 64 * 1024 - 1 });
      transport.setWriteBufferLimits = ({ high, low }): void =>
        set({ high: Math.max(0, (high ?? 4 * (low ?? 16384)) - 1), low });
    },
  },
};
