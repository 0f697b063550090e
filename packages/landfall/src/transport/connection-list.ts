/** The open connections of a server, linked through themselves: half of what a `Set` of them would take. */
import type { SocketTransport } from './socket-transport.js';

/** A list that connections enter and leave in constant time. */
export class ConnectionList {
  size = 0;
  #first: SocketTransport | null = null;

  add(transport: SocketTransport): void {
    transport.next = this.#first;
    if (this.#first !== null) this.#first.previous = transport;
    this.#first = transport;
    this.size++;
  }

  /** Takes out `transport`, which is in it. */
  delete(transport: SocketTransport): void {
    const { previous, next } = transport;
    if (previous === null) this.#first = next;
    else previous.next = next;
    if (next !== null) next.previous = previous;
    transport.previous = null;
    transport.next = null;
    this.size--;
  }

  /** Those that are in it now, the youngest first. */
  toArray(): SocketTransport[] {
    const transports: SocketTransport[] = [];
    for (let transport = this.#first; transport !== null; transport = transport.next) transports.push(transport);
    return transports;
  }
}
