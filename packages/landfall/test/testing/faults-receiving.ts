import { type AnyProtocol, answers, type Fault, nothing, replace } from './planted.js';

export const receivingFaults: Readonly<Record<string, Fault>> = {
  'data arrives after pauseReading': {
    breaks: [
      'pausing inside getBuffer takes effect, and loses nothing',
      'pausing and resuming in the same turn changes nothing',
    ],
    transport: nothing('pauseReading'),
  },
  'resumeReading is ignored': {
    breaks: [
      'no callback is called while another one of the same connection runs',
      'nothing arrives after pauseReading in connectionMade, and all of it after the resume',
    ],
    transport: nothing('resumeReading'),
  },
  'isReading is always true': {
    breaks: ['abort() inside getBuffer number 2 ends the connection'],
    ...answers('isReading', true),
  },
  'a switch loses the unread bytes': {
    breaks: [
      'a large unread is delivered over several turns, however often something else is asked for',
      'two protocols that replace each other in getBuffer for ever do not stop the event loop',
    ],
    transport: (transport) =>
      replace(transport, 'setProtocol', (setProtocol) => (next: AnyProtocol) => setProtocol(next)),
  },
  'a switch delivers the unread bytes twice': {
    breaks: [
      'unread bytes reach a Protocol also when nothing more arrives',
      'a protocol changed with every receive, unread bytes given on each time, loses nothing',
    ],
    transport: (transport) =>
      replace(transport, 'setProtocol', (setProtocol) => (next: AnyProtocol, unread?: Uint8Array) => {
        setProtocol(next, unread);
        if (unread !== undefined && unread.length > 0) setProtocol(next, unread);
      }),
  },
  'a switch does not happen': {
    breaks: [
      'a Protocol that takes over inside connectionMade gets everything',
      'a BufferedProtocol that takes over inside connectionMade gets everything',
    ],
    transport: nothing('setProtocol'),
  },
  'a switch takes anything for a protocol': {
    breaks: ['what is no protocol is refused with a TypeError, and the connection goes on'],
    transport: (transport) =>
      replace(transport, 'setProtocol', (setProtocol) => (next: AnyProtocol, unread?: Uint8Array) => {
        try {
          setProtocol(next, unread);
        } catch (error) {
          if (!(error instanceof TypeError)) throw error;
        }
      }),
  },
  'a switch happens a turn later': {
    breaks: [
      'unread bytes reach a Protocol first, copied at once',
      'unread bytes reach a BufferedProtocol first, copied at once',
      'unread bytes given several times come newest first, as if each had been put back',
    ],
    transport: (transport) =>
      replace(transport, 'setProtocol', (setProtocol) => (next: AnyProtocol, unread?: Uint8Array) => {
        setImmediate(() => setProtocol(next, unread));
      }),
  },
  'stats() has only zeros': {
    breaks: [
      'stats() counts what arrived, how often, and what of it was copied',
      'small, large, text and vectored writes arrive in order',
    ],
    transport: (transport) =>
      replace(transport, 'stats', () => () => ({
        ...{ bytesReceived: 0, bytesCopied: 0, reads: 0, bytesSent: 0, writes: 0, writesDropped: 0 },
      })),
  },
  'stats() counts nothing that is copied': {
    breaks: ['countCopied() adds to bytesCopied'],
    transport: (transport) => replace(transport, 'stats', (stats) => () => ({ ...stats(), bytesCopied: 0 })),
  },
  'receiveMode is no such thing': {
    breaks: ['receiveMode is direct or copy, and stays what it is'],
    ...answers('receiveMode', 'both'),
  },
  'getExtraInfo throws for what it does not know': {
    breaks: [
      'abort() inside connectionMade: connect() resolves and nothing arrives',
      'getExtraInfo does not throw, whatever it is asked, and is safe after the loss',
    ],
    transport: (transport) =>
      replace(transport, 'getExtraInfo', (info) => (name: string) => {
        const known = info(name);
        if (known === undefined) throw new Error(`no ${name}`);
        return known;
      }),
  },
  'unref() ends the connection': {
    breaks: ['ref() and unref() may be called at any time, and the connection goes on'],
    transport: (transport) => replace(transport, 'unref', () => () => transport.abort()),
  },
};
