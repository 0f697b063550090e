/** What a transport may do wrong when it calls its protocol. */
import type { Transport } from 'landfall';
import { CALLBACKS, catching, type Fault, nothing, receives, replace, twice } from './planted.js';

export const callingFaults: Readonly<Record<string, Fault>> = {
  'eofReceived is called twice': {
    breaks: [
      'callbacks come in order: made, received, the end, lost',
      'the end of a connection that is kept open is not repeated after pause and resume',
    ],
    protocol: twice('eofReceived'),
  },
  'connectionLost gets an error after a clean end': {
    breaks: [
      'abort() while bytes wait after both sides have ended still loses the connection once',
      'both sides ended, kept open, is over only with close()',
      'close() inside pauseWriting and resumeWriting ends the connection',
      'abort() inside pauseWriting and resumeWriting ends the connection',
    ],
    protocol: (protocol) =>
      replace(protocol, 'connectionLost', (lost) => (error: Error | null) => lost(error ?? new Error('of the fault'))),
  },
  'connectionLost gets null after an error': {
    breaks: [
      'a promise that getBuffer returns loses the connection; its rejection harms nobody',
      'a peer that vanishes while being written to ends the connection, not the process',
    ],
    protocol: (protocol) => replace(protocol, 'connectionLost', (lost) => () => lost(null)),
  },
  'connectionMade is called twice': {
    breaks: ['connectionMade comes first of all, once, and before connect() resolves'],
    protocol: twice('connectionMade'),
  },
  'a truthy eofReceived closes': {
    breaks: ['a truthy eofReceived keeps the write side until close()'],
    protocol: (protocol) => replace(protocol, 'eofReceived', (ended) => () => void ended()),
  },
  'the first byte of every receive is wrong': {
    breaks: [
      'a protocol with nothing but dataReceived lives a whole life',
      'a protocol with nothing but getBuffer and bufferUpdated lives a whole life',
      'twelve connections at once keep their bytes apart',
      'shared memory is received into',
      'WebAssembly memory is received into',
      'a Protocol that takes over outside a callback gets all that follows',
      'a BufferedProtocol that takes over outside a callback gets all that follows',
    ],
    protocol: (protocol) =>
      receives(protocol, (view) => {
        view[0]! ^= 1;
        return view;
      }),
  },
  'the last byte of a receive is lost': {
    breaks: ['protocols changed in every turn from outside lose nothing'],
    protocol: (protocol) => receives(protocol, (view) => view.subarray(0, -1)),
  },
  'what dataReceived is given is used again': {
    breaks: ['what dataReceived was given is the protocol’s to keep and to change'],
    protocol: (protocol) => {
      const memory = new Uint8Array(70_000);
      if (!('dataReceived' in protocol)) return;
      receives(protocol, (view) => {
        memory.set(view);
        return memory.subarray(0, view.length);
      });
    },
  },
  'memory behind the received bytes is written to': {
    breaks: [
      'only the lent part of larger memory is written to',
      'what is behind the received bytes is left as it was',
    ],
    protocol: (protocol) =>
      'getBuffer' in protocol &&
      replace(protocol, 'getBuffer', (getBuffer) => (hint: number) => {
        const view = getBuffer(hint);
        if (view instanceof Uint8Array) new Uint8Array(view.buffer).fill(0x77, view.byteOffset + view.length - 1);
        return view;
      }),
  },
  'memory is written to after the loss': {
    breaks: ['memory is not written to any more once the connection is lost'],
    protocol: (protocol) =>
      'getBuffer' in protocol &&
      replace(protocol, 'connectionLost', (lost) => (error: Error | null) => {
        protocol.getBuffer(-1).fill(1);
        return lost(error);
      }),
  },
  'more is received at once than 256 KiB': {
    breaks: [
      '123,123 bytes arrive through the same 50 bytes of memory, then the end',
      'new memory for each receive has what arrived at its start',
      'unread bytes reach a BufferedProtocol also when nothing more arrives',
      'a megabyte of memory is filled at most 256 KiB at once',
    ],
    protocol: (protocol) => {
      if (!('getBuffer' in protocol)) return;
      const bufferUpdated = protocol.bufferUpdated.bind(protocol);
      let held = 0;
      protocol.bufferUpdated = (nbytes): void => {
        held += nbytes;
        bufferUpdated(held > 100_000 ? 256 * 1024 + 1 : nbytes);
      };
    },
  },
  'memory is asked for twice': {
    breaks: [
      'memory is asked for once for each receive, and at most once more',
      'abort() inside getBuffer number 1 ends the connection',
    ],
    protocol: (protocol) => 'getBuffer' in protocol && twice('getBuffer')(protocol),
  },
  'the size hint is 0': {
    breaks: ['a size hint is -1 or the positive number of bytes that wait'],
    protocol: (protocol) =>
      'getBuffer' in protocol && replace(protocol, 'getBuffer', (getBuffer) => () => getBuffer(0)),
  },
  'memory of any kind is replaced by some that will do': {
    breaks: [
      /as (the first|later) memory loses the connection with ERR_BUFFER$/,
      'WebAssembly memory that grows while lent loses the connection with ERR_BUFFER',
      'memory that is detached while lent loses the connection with ERR_BUFFER',
    ],
    protocol: (protocol) => {
      if (!('getBuffer' in protocol)) return;
      let lent: Uint8Array;
      replace(protocol, 'getBuffer', (getBuffer) => (hint: number) => {
        const view: unknown = getBuffer(hint);
        const isFit =
          view instanceof Uint8Array && view.byteLength > 0 && !('resizable' in view.buffer && view.buffer.resizable);
        lent = isFit ? view : new Uint8Array(100);
        return Buffer.from(lent.buffer as ArrayBuffer, lent.byteOffset, lent.length);
      });
    },
  },
  'what callbacks throw is swallowed': {
    breaks: [/throws (becomes ERR_PROTOCOL|reaches connectionLost)/],
    ...catching(() => undefined),
  },
  'a promise that a callback returns is ignored': {
    breaks: [/^a promise that \w+ returns becomes ERR_PROTOCOL/],
    protocol: (protocol) => {
      for (const name of CALLBACKS) {
        if (!(name in protocol)) continue;
        replace(protocol, name, (original) => (...args: never[]) => {
          const returned: unknown = original(...args);
          return typeof returned === 'object' ? undefined : returned;
        });
      }
    },
  },
  'pauseWriting is not called': {
    breaks: ['what waits stays bounded while nobody reads and the writer obeys'],
    protocol: nothing('pauseWriting'),
  },
  'resumeWriting is called twice': {
    breaks: [
      'resumeWriting may write to another connection',
      'a slow reader gets one pauseWriting and one resumeWriting in turn, never two of a kind',
    ],
    protocol: twice('resumeWriting'),
  },
  'a pause loses what arrives meanwhile': {
    breaks: [
      'pausing inside bufferUpdated leaves the rest for after the resume',
      'pausing after every receive, and resuming a turn later, delivers all in order',
      'the end that came while paused is reported after the resume and the rest',
    ],
    protocol: (protocol) => {
      replace(protocol, 'connectionMade', (made) => (transport: Transport) => {
        let lost = false;
        replace(transport, 'pauseReading', (pause) => () => {
          lost = true;
          pause();
        });
        receives(protocol, (view) => {
          const rest = lost && view.length > 1 ? view.subarray(1) : view;
          lost = false;
          return rest;
        });
        return made(transport);
      });
    },
  },
};
