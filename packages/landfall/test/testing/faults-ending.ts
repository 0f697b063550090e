import { type AnyProtocol, answers, type Fault, nothing, replace } from './planted.js';

export const endingFaults: Readonly<Record<string, Fault>> = {
  'connectionMade is called on who takes over': {
    breaks: [
      'a Protocol takes over inside a receive and gets what is still in the kernel',
      'a Protocol that takes over while paused gets unread bytes after the resume',
      'a BufferedProtocol takes over inside a receive and gets what is still in the kernel',
      'a BufferedProtocol that takes over while paused gets unread bytes after the resume',
    ],
    transport: (transport) =>
      replace(transport, 'setProtocol', (setProtocol) => (next: AnyProtocol, unread?: Uint8Array) => {
        setProtocol(next, unread);
        next.connectionMade?.(transport);
      }),
  },
  'isClosing is always false': {
    breaks: [
      'connectionLost comes exactly once and last, whatever is called afterwards',
      'abort() outside a callback calls connectionLost(null) on a later turn',
    ],
    ...answers('isClosing', false),
  },
  'isClosing is always true': {
    breaks: [
      'writeEof ends this side after what was written, once, and receiving goes on',
      'a fresh transport is open, reading, and has nothing to send',
    ],
    ...answers('isClosing', true),
  },
  'close() drops what waits': {
    breaks: [
      'nine KiB arrive through 100 bytes of memory, and are answered',
      'a wrong type is a TypeError at once, and nothing of that call is sent',
      'a write made before close() in the same turn is sent',
      'abort() after close() with output waiting ends at once, with null',
    ],
    transport: (transport) => replace(transport, 'close', () => () => transport.abort()),
  },
  'close() is ignored': {
    breaks: ['close() inside connectionMade: connect() resolves and nothing arrives'],
    transport: nothing('close'),
  },
  'close() goes on receiving': {
    breaks: [
      'pausing and resuming are idempotent, also inside a callback and after the close',
      'a write after close() is dropped and counted, and what came before is sent',
      'writeEof after close() or abort() does nothing',
      'close() outside a callback calls connectionLost(null) on a later turn',
      'close() inside a receive: nothing more arrives',
      'close() inside getBuffer number 1 ends the connection',
      'close() inside getBuffer number 2 ends the connection',
      'close() stops receiving at once, also while output waits',
    ],
    transport: (transport) =>
      replace(transport, 'close', (close) => () => {
        setTimeout(close, 30);
      }),
  },
  'close() calls connectionLost at once': {
    breaks: [
      'the end of a peer that sent nothing is reported once and closes',
      'close() inside eofReceived that keeps the connection open: it ends all the same',
      'abort() inside a receive: nothing more arrives',
      'abort() inside eofReceived that keeps the connection open: it ends all the same',
    ],
    transport: (transport) => {
      for (const name of ['close', 'abort']) {
        replace(transport, name, (close) => () => {
          if (!transport.isClosing) transport.getProtocol().connectionLost?.(null);
          close();
        });
      }
    },
  },
  'closed resolves too early': {
    breaks: [
      'no resumeWriting comes after connectionLost when the limits are raised then',
      'closed resolves after connectionLost returned, and at once when that is long past',
      'closing while paused with bytes unread ends the connection cleanly',
      'setProtocol after the loss throws nothing and calls nothing',
    ],
    ...answers('closed', Promise.resolve()),
  },
  'a side can be ended alone where that is not so': {
    breaks: [
      'writeEof throws ERR_UNSUPPORTED where no side can be ended alone, and changes nothing',
      'the end of the peer ends the connection, whatever eofReceived returns, where no side can be ended alone',
    ],
    options: { halfClose: false },
  },
};
