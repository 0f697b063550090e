/** A server that speaks just enough of the protocol to misbehave: every statement is answered with no rows, unless told otherwise. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

const SSL_REQUEST = 80877103;
const CANCEL_REQUEST = 80877102;

/**
 * What the server does about a statement, or about a connection (whose text is `connect`).
 *
 * - `answer` as a server does. - `silence` nothing, ever. - `drop` ends the connection.
 * - anything else: an error with this SQLSTATE.
 */
export type Behaviour = 'answer' | 'silence' | 'drop' | (string & {});

/** Says what to do; `connection` counts them from 1. */
export type Behave = (text: string, connection: number) => Behaviour;

/** A server. */
export class FakeServer implements AsyncDisposable {
  /** What it was asked, in order, with the number of the connection, and the status of its transaction before. */
  readonly asked: { readonly connection: number; readonly text: string; readonly status: string }[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  behave: Behave;
  /** Connections so far that were more than a question. */
  connections = 0;
  /** Requests to cancel. */
  cancels = 0;

  private constructor(server: Server, behave: Behave) {
    this.#server = server;
    this.behave = behave;
    server.on('connection', (socket) => this.#accepted(socket));
  }

  static async listen(behave: Behave = () => 'answer'): Promise<FakeServer> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new FakeServer(server, behave);
  }

  get url(): string {
    return `postgres://fake@127.0.0.1:${(this.#server.address() as AddressInfo).port}/fake?sslmode=disable`;
  }

  /** The texts of one connection. */
  texts(connection: number): string[] {
    return this.asked.filter((asked) => asked.connection === connection).map(({ text }) => text);
  }

  /** Ends all connections as a crash does. */
  dropAll(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.dropAll();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #accepted(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    // The other side resets it at times.
    socket.on('error', () => socket.destroy());
    const session = new FakeSession(this, socket);
    socket.on('data', (data) => session.received(data));
  }
}

/** One connection. */
class FakeSession {
  readonly #server: FakeServer;
  readonly #socket: Socket;
  #unread = Buffer.alloc(0);
  #isStarted = false;
  #connection = 0;
  #status = 'I';
  /** The texts of what was parsed, by name; then of what was bound. */
  readonly #statements = new Map<string, string>();
  #text = '';
  #skipsToSync = false;
  #isSilent = false;

  constructor(server: FakeServer, socket: Socket) {
    this.#server = server;
    this.#socket = socket;
  }

  received(data: Buffer): void {
    this.#unread = Buffer.concat([this.#unread, data]);
    for (;;) {
      const headBytes = this.#isStarted ? 1 : 0;
      if (this.#unread.length < headBytes + 4) return;
      const bytes = headBytes + this.#unread.readInt32BE(headBytes);
      if (this.#unread.length < bytes) return;
      const message = this.#unread.subarray(0, bytes);
      this.#unread = this.#unread.subarray(bytes);
      if (this.#isStarted) this.#message(String.fromCharCode(message[0]!), message.subarray(5));
      else this.#startup(message.readInt32BE(4));
    }
  }

  #startup(code: number): void {
    if (code === SSL_REQUEST) return void this.#socket.write('N');
    if (code === CANCEL_REQUEST) {
      this.#server.cancels++;
      return void this.#socket.end();
    }
    this.#isStarted = true;
    this.#connection = ++this.#server.connections;
    const behaviour = this.#server.behave('connect', this.#connection);
    if (behaviour === 'silence') return;
    if (behaviour === 'drop') return void this.#socket.resetAndDestroy();
    if (behaviour !== 'answer') return void this.#socket.end(errorResponse('FATAL', behaviour));
    const settings = ['client_encoding\0UTF8\0', 'integer_datetimes\0on\0', 'server_version\x0018.0\0'];
    const parameters = settings.map((setting) => message('S', Buffer.from(setting)));
    const key = Buffer.alloc(8, this.#connection);
    this.#socket.write(Buffer.concat([message('R', Buffer.alloc(4)), ...parameters, message('K', key), this.#ready()]));
  }

  #message(type: string, body: Buffer): void {
    if (type === 'X') return void this.#socket.end();
    if (this.#isSilent || (this.#skipsToSync && type !== 'S')) return;
    if (type === 'Q') return this.#answer(texts(body)[0]!, (tags) => [...tags, this.#ready()]);
    if (type === 'P') {
      const [name, text] = texts(body);
      this.#statements.set(name!, text!);
      if (this.#server.behave(`parse ${text}`, this.#connection) === 'silence') {
        this.#isSilent = true;
        return;
      }
      this.#socket.write(message('1'));
    } else if (type === 'D') {
      this.#socket.write(Buffer.concat([message('t', Buffer.alloc(2)), message('n')]));
    } else if (type === 'B') {
      this.#text = this.#statements.get(texts(body)[1]!)!;
      this.#socket.write(message('2'));
    } else if (type === 'E') {
      this.#answer(this.#text, (tags) => tags);
    } else if (type === 'S') {
      this.#skipsToSync = false;
      this.#socket.write(this.#ready());
    }
  }

  #answer(text: string, rest: (answers: Buffer[]) => Buffer[]): void {
    this.#server.asked.push({ connection: this.#connection, text, status: this.#status });
    const behaviour = this.#server.behave(text, this.#connection);
    if (behaviour === 'silence') this.#isSilent = true;
    else if (behaviour === 'drop') this.#socket.resetAndDestroy();
    else if (behaviour === 'answer') this.#socket.write(Buffer.concat(rest([this.#done(text)])));
    else this.#refuse(behaviour, rest);
  }

  #refuse(sqlstate: string, rest: (answers: Buffer[]) => Buffer[]): void {
    if (this.#status === 'T') this.#status = 'E';
    this.#skipsToSync = rest([]).length === 0;
    this.#socket.write(Buffer.concat(rest([errorResponse('ERROR', sqlstate)])));
  }

  #done(text: string): Buffer {
    if (text === '') return message('I');
    const command = text.split(' ')[0]!.toUpperCase();
    const hadFailed = this.#status === 'E';
    if (command === 'BEGIN') this.#status = 'T';
    if (command === 'COMMIT' || text === 'ROLLBACK') this.#status = 'I';
    return message('C', Buffer.from(`${command === 'COMMIT' && hadFailed ? 'ROLLBACK' : command}\0`));
  }

  #ready(): Buffer {
    return message('Z', Buffer.from(this.#status));
  }
}

function message(type: string, body: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(5);
  head.write(type, 'latin1');
  head.writeInt32BE(4 + body.length, 1);
  return Buffer.concat([head, body]);
}

function errorResponse(severity: string, sqlstate: string): Buffer {
  return message('E', Buffer.from(`S${severity}\0V${severity}\0C${sqlstate}\0Mas told\0\0`));
}

/** The strings at the start of a message. */
function texts(body: Buffer): string[] {
  return body.toString('utf8').split('\0');
}
