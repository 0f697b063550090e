/** How faults are planted in a transport: it is one of landfall's own, of which one thing is changed. */
import type { BufferedProtocol, Protocol, Transport } from 'landfall';
import { memoryPair, type OpenConnection } from 'landfall/testing';
import type { Planted } from './finding-faults.js';

export type AnyProtocol = Protocol | BufferedProtocol;
type Call = (...args: never[]) => unknown;

/** Something to change before `connectionMade` is called. */
export interface Fault extends Planted {
  readonly transport?: (transport: Transport) => void;
  /** For every protocol that is in charge for a while. */
  readonly protocol?: (protocol: AnyProtocol) => void;
}

/** Connections in memory, one end of which has the fault. */
export function withFault(fault: Fault): OpenConnection {
  const changed = new WeakSet<object>();
  const change = (protocol: AnyProtocol): void => {
    if (typeof protocol !== 'object' || protocol === null || changed.has(protocol)) return;
    changed.add(protocol);
    fault.protocol?.(protocol);
  };
  return (protocol, peer) => {
    change(protocol);
    const connectionMade = protocol.connectionMade?.bind(protocol);
    protocol.connectionMade = (transport): void => {
      replace(transport, 'setProtocol', (setProtocol) => (next: AnyProtocol, unread?: Uint8Array) => {
        change(next);
        return setProtocol(next, unread);
      });
      fault.transport?.(transport);
      return connectionMade?.(transport);
    };
    const [transport] = memoryPair({ factories: [() => protocol, () => peer] });
    return { transport };
  };
}

/** Puts another method in the place of one. */
// biome-ignore lint/suspicious/noExplicitAny: whatever the method takes
export function replace(object: object, name: string, make: (original: (...args: any[]) => any) => Call): void {
  const methods = object as Record<string, Call | undefined>;
  const original = methods[name]?.bind(object) ?? (() => undefined);
  methods[name] = make(original as never);
}

/** Has a property say something else. */
export function say(object: object, name: string, get: () => unknown): void {
  Object.defineProperty(object, name, { get, configurable: true });
}

/** Changes what is received, in place or by another view. */
export function receives(protocol: AnyProtocol, change: (view: Uint8Array) => Uint8Array): void {
  if ('dataReceived' in protocol) {
    replace(protocol, 'dataReceived', (dataReceived) => (data: Uint8Array) => dataReceived(change(data)));
    return;
  }
  let lent: Uint8Array;
  replace(protocol, 'getBuffer', (getBuffer) => (hint: number) => {
    lent = getBuffer(hint);
    return lent;
  });
  replace(protocol, 'bufferUpdated', (bufferUpdated) => (nbytes: number) => {
    const view = change(lent.subarray(0, nbytes));
    if (view.length > 0) bufferUpdated(view.length);
  });
}

export function deliver(protocol: AnyProtocol, bytes: Uint8Array): void {
  if ('dataReceived' in protocol) {
    protocol.dataReceived(Uint8Array.from(bytes));
    return;
  }
  for (let at = 0; at < bytes.length; ) {
    const view = protocol.getBuffer(-1);
    const count = Math.min(view.length, bytes.length - at);
    view.set(bytes.subarray(at, at + count));
    at += count;
    protocol.bufferUpdated(count);
  }
}

/** Calls it another time. */
export const twice =
  (name: string) =>
  (object: object): void =>
    replace(object, name, (original) => (...args: never[]) => {
      original(...args);
      return original(...args);
    });

export const nothing =
  (name: string) =>
  (object: object): void =>
    replace(object, name, () => () => undefined);

export const answers = (name: string, answer: unknown): Omit<Fault, 'breaks'> => ({
  transport: (transport) => say(transport, name, () => answer),
});

export const CALLBACKS = [
  'dataReceived',
  'bufferUpdated',
  'connectionMade',
  'eofReceived',
  'pauseWriting',
  'resumeWriting',
];

/** Catches what callbacks throw, and does something else instead. */
export function catching(instead: (thrown: unknown) => unknown): Omit<Fault, 'breaks'> {
  const guard = (protocol: AnyProtocol): void => {
    for (const name of [...CALLBACKS, 'getBuffer']) {
      if (!(name in protocol)) continue;
      replace(protocol, name, (original) => (...args: never[]) => {
        try {
          return original(...args);
        } catch (thrown) {
          return instead(thrown);
        }
      });
    }
  };
  return { protocol: guard };
}
