/** What the four rows on landfall have in common: one object per connection, listening and connecting. */
import type { AddressInfo } from 'node:net';
import { type BufferedProtocol, connect, listen, type Protocol, type Transport } from 'landfall';
import type { Contender, EchoConnection, EchoListener, EchoTraffic, EndpointOptions } from './contender.js';
import { lengthPrefix } from './prefix.js';

/**
 * Bytes that may wait to be sent before the connection stops receiving: a peer may run so far ahead of its own reading.
 */
const HIGH_WATER_BYTES = 16 * 1024 * 1024;

/** One connection of a row on landfall; a subclass adds how it receives. */
export abstract class LandfallConnection implements EchoConnection {
  /** What the transport calls. */
  abstract readonly protocol: Protocol | BufferedProtocol;
  protected readonly options: EndpointOptions;
  readonly #listener: EchoListener;
  #transport: Transport | undefined;

  constructor(options: EndpointOptions, listener: EchoListener) {
    this.options = options;
    this.#listener = listener;
  }

  protected get transport(): Transport {
    if (this.#transport === undefined) throw new Error('used before connectionMade');
    return this.#transport;
  }

  connectionMade(transport: Transport): void {
    this.#transport = transport;
    transport.setWriteBufferLimits({ high: HIGH_WATER_BYTES });
    this.#listener.made(this);
  }

  connectionLost(error: Error | null): void {
    this.#listener.lost(this, error);
  }

  pauseWriting(): void {
    this.transport.pauseReading();
  }

  resumeWriting(): void {
    this.transport.resumeReading();
  }

  send(payload: Uint8Array): void {
    this.transport.writeVectored([lengthPrefix(payload.length, this.options.prefix), payload]);
  }

  answer(payload: Uint8Array): void {
    this.send(payload);
  }

  traffic(): EchoTraffic {
    return trafficOf(this.transport);
  }

  close(): void {
    this.transport.close();
  }

  protected received(memory: Uint8Array, start: number, end: number): void {
    this.#listener.frame(this, memory, start, end);
  }
}

/** What a transport tells of itself. */
export function trafficOf(transport: Transport): EchoTraffic & { bytesCopied: number } {
  const { bytesReceived, bytesCopied, reads, writes } = transport.stats();
  return { bytesReceived, bytesCopied, receives: reads, writes };
}

/** Makes the connections of one server or client. */
export type OpenConnection = (listener: EchoListener) => LandfallConnection;

/** A row on landfall, told by how it makes connections; `prepare` is called once per server or client. */
export function landfallContender(prepare: (options: EndpointOptions) => OpenConnection): Contender {
  return {
    async listen(port, options, listener) {
      const open = prepare(options);
      const server = await listen({ host: '127.0.0.1', port, tls: options.tls }, () => open(listener).protocol);
      return (server.address as AddressInfo).port;
    },
    async connect(port, options, listener) {
      const connection = prepare(options)(listener);
      const tls = options.tls && { ca: options.tls.cert };
      await connect({ host: '127.0.0.1', port, tls }, () => connection.protocol);
      return connection;
    },
  };
}
