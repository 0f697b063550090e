/** A server that does what a test tells it, message by message. Every wait has a deadline. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { TLSSocket, type TlsOptions } from 'node:tls';
import { type Connection, type ConnectOptions, connect } from '@landfall/postgres';
import { described, welcome } from './backend.js';
import { within } from './waiting.js';

const SSL_REQUEST = 80_877_103;
const CANCEL_REQUEST = 80_877_102;

/** Who was asked to be cancelled. */
export interface CancelRequest {
  readonly processId: number;
  readonly secret: number;
}

/** A server on the loopback. */
export class ScriptedServer implements AsyncDisposable {
  readonly #server: Server;
  readonly #ends: ServerEnd[] = [];
  readonly #waiting: ((end: ServerEnd) => void)[] = [];
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      const end = new ServerEnd(socket);
      const next = this.#waiting.shift();
      if (next === undefined) this.#ends.push(end);
      else next(end);
    });
  }

  static async listen(): Promise<ScriptedServer> {
    const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new ScriptedServer(server);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `postgres://me:secret@127.0.0.1:${this.port}/db`;
  }

  /** How many connections nobody has accepted yet. */
  get unaccepted(): number {
    return this.#ends.length;
  }

  /** The next connection. */
  accept(): Promise<ServerEnd> {
    const end = this.#ends.shift();
    if (end !== undefined) return Promise.resolve(end);
    return within('a connection', new Promise((resolve) => this.#waiting.push(resolve)));
  }

  /** Refuses connections from now on. */
  async refuse(): Promise<void> {
    this.#server.close();
  }

  /** A connection that is let in. */
  async opened(options: ConnectOptions = {}): Promise<{ connection: Connection; end: ServerEnd }> {
    const connecting = connect(this.url, { sslmode: 'disable', ...options });
    const end = await this.accept();
    await end.startup();
    end.send(welcome());
    return { connection: await within('the connection', connecting), end };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    if (!this.#server.listening) return;
    this.#server.close();
    await within('the end of the server', once(this.#server, 'close'));
  }
}

/** The server's end of one connection. */
export class ServerEnd {
  socket: Socket;
  hasEnded = false;
  #unread = Buffer.alloc(0);
  #changed: (() => void)[] = [];

  constructor(socket: Socket) {
    this.socket = socket;
    this.#listen(socket);
  }

  #listen(socket: Socket): void {
    socket.on('data', (data: Buffer) => {
      this.#unread = Buffer.concat([this.#unread, data]);
      this.#change();
    });
    const ended = (): void => {
      this.hasEnded = true;
      this.#change();
    };
    socket.on('end', ended).on('close', ended).on('error', ended);
  }

  #change(): void {
    for (const resolve of this.#changed.splice(0)) resolve();
  }

  /** Bytes that came and that nobody has taken. */
  get unreadBytes(): number {
    return this.#unread.length;
  }

  /** So many bytes. */
  async bytes(count: number): Promise<Buffer> {
    while (this.#unread.length < count) {
      assert.ok(!this.hasEnded, `the client ended the connection; ${this.#unread.length} bytes are left`);
      await within(`${count} bytes`, new Promise<void>((resolve) => this.#changed.push(resolve)));
    }
    const bytes = this.#unread.subarray(0, count);
    this.#unread = this.#unread.subarray(count);
    return bytes;
  }

  /** The client has ended the connection. */
  async ended(): Promise<void> {
    while (!this.hasEnded) {
      await within('the end of the connection', new Promise<void>((resolve) => this.#changed.push(resolve)));
    }
  }

  /** A message without a type: its body. */
  async untyped(): Promise<Buffer> {
    const size = (await this.bytes(4)).readInt32BE();
    return this.bytes(size - 4);
  }

  /** The startup message: what it says. */
  async startup(): Promise<Map<string, string>> {
    const body = await this.untyped();
    assert.equal(body.readInt32BE(), 196_608);
    const texts = body.subarray(4).toString().split('\0');
    const parameters = new Map<string, string>();
    for (let i = 0; texts[i] !== ''; i += 2) parameters.set(texts[i]!, texts[i + 1]!);
    return parameters;
  }

  async sslRequest(): Promise<void> {
    assert.equal((await this.untyped()).readInt32BE(), SSL_REQUEST);
  }

  async cancelRequest(): Promise<CancelRequest> {
    const body = await this.untyped();
    assert.equal(body.readInt32BE(), CANCEL_REQUEST);
    return { processId: body.readInt32BE(4), secret: body.readInt32BE(8) };
  }

  /** The next message. */
  async message(): Promise<{ type: string; body: Buffer }> {
    const head = await this.bytes(5);
    const body = await this.bytes(head.readInt32BE(1) - 4);
    return { type: head.toString('latin1', 0, 1), body };
  }

  /** Takes messages of these types, one letter each; returns their bodies. */
  async take(types: string): Promise<Buffer[]> {
    const bodies: Buffer[] = [];
    let taken = '';
    for (const _ of types) {
      const { type, body } = await this.message();
      taken += type;
      bodies.push(body);
      assert.equal(taken, types.slice(0, taken.length));
    }
    return bodies;
  }

  /** Tells what a statement means that is asked for, of whose columns these are the names and types. */
  async describe(...columns: readonly (readonly [name: string, oid: number])[]): Promise<void> {
    await this.take('PDS');
    this.send(described(...columns));
  }

  /** Writes. */
  send(...parts: readonly (Uint8Array | string)[]): void {
    this.socket.write(Buffer.concat(parts.map((part) => Buffer.from(part as Uint8Array))));
  }

  /** Writes byte by byte, each in a segment of its own as far as that can be had. */
  async trickle(bytes: Uint8Array): Promise<void> {
    this.socket.setNoDelay();
    for (const byte of bytes) {
      this.socket.write(Uint8Array.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Ends this side. */
  end(): void {
    this.socket.end();
  }

  /** Ends the connection with a reset. */
  reset(): void {
    this.socket.resetAndDestroy();
  }

  /** Goes on in TLS; resolves when that stands, or the client has had enough. */
  async encrypt(options: TlsOptions): Promise<void> {
    this.socket.removeAllListeners('data');
    const raw = this.socket;
    if (this.#unread.length > 0) raw.unshift(this.#unread);
    this.#unread = Buffer.alloc(0);
    const secure = new TLSSocket(raw, { isServer: true, ...options });
    this.socket = secure;
    this.#listen(secure);
    const stands = new Promise<void>((resolve) => secure.once('secure', resolve));
    await within('TLS', Promise.race([stands, this.ended()]));
  }
}
