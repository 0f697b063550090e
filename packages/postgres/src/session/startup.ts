/** The first exchange of a connection: from the startup message to the first ReadyForQuery. */
import { ProtocolError } from '../errors.js';
import * as types from '../wire/message-types.js';
import type { MessageWriter } from '../wire/message-writer.js';
import { Exchange, type Outcome } from './exchange.js';

const PROTOCOL_3_0 = 196_608;
const SSL_REQUEST = 80_877_103;
const CANCEL_REQUEST = 80_877_102;
/** Of BackendKeyData in protocol 3.2; 3.0 has 4. */
const SECRET_BYTES_MAX = 256;

/** Where the key is kept that a cancellation is asked for with. */
export interface KeyHolder {
  processId: number;
  secretKey: Uint8Array;
}

/** Takes the server's requests to show who we are. */
export type AuthenticationListener = (code: number, body: Uint8Array) => void;

/** The startup message. */
export function writeStartup(writer: MessageWriter, parameters: Readonly<Record<string, string>>): void {
  writer.startUntyped();
  writer.int32(PROTOCOL_3_0);
  for (const [name, value] of Object.entries(parameters)) {
    writer.cstring(name);
    writer.cstring(value);
  }
  writer.uint8(0);
  writer.endMessage();
}

/** Asks whether the server speaks TLS. */
export function writeSslRequest(writer: MessageWriter): void {
  writer.startUntyped();
  writer.int32(SSL_REQUEST);
  writer.endMessage();
}

/** Asks to cancel what another connection does; the only message on its own. */
export function writeCancelRequest(writer: MessageWriter, processId: number, secretKey: Uint8Array): void {
  writer.startUntyped();
  writer.int32(CANCEL_REQUEST);
  writer.int32(processId);
  writer.bytes(secretKey);
  writer.endMessage();
}

/** The answer to an authentication request; its body is the method's. */
export function writePassword(writer: MessageWriter, body: Uint8Array): void {
  writer.startMessage(types.PASSWORD);
  writer.bytes(body);
  writer.endMessage();
}

/** The answer to the startup message. */
export class StartupExchange extends Exchange<void> {
  readonly #session: KeyHolder;
  readonly #onAuthentication: AuthenticationListener;

  /** @param onAuthentication Is told of each request, Ok included; what it throws ends the connection. */
  constructor(session: KeyHolder, onAuthentication: AuthenticationListener, outcome: Outcome<void>) {
    super(outcome);
    this.#session = session;
    this.#onAuthentication = onAuthentication;
  }

  message(type: number, memory: Uint8Array, view: DataView, start: number, end: number): boolean {
    switch (type) {
      case types.AUTHENTICATION: {
        if (end - start < 4) throw new ProtocolError('an authentication request without its kind');
        const code = view.getInt32(start);
        this.#onAuthentication(code, memory.subarray(start + 4, end));
        this.isAnswered = code === 0;
        return true;
      }
      case types.BACKEND_KEY_DATA:
        return this.isAnswered && this.#keyData(memory, view, start, end);
      case types.NEGOTIATE_PROTOCOL_VERSION:
        // 3.0 is the oldest there is, and no options of the protocol were asked for.
        return true;
      default:
        return false;
    }
  }

  protected result(): void {}

  #keyData(memory: Uint8Array, view: DataView, start: number, end: number): boolean {
    const secretBytes = end - start - 4;
    if (secretBytes < 4 || secretBytes > SECRET_BYTES_MAX) return false;
    this.#session.processId = view.getInt32(start);
    this.#session.secretKey = memory.slice(start + 4, end);
    return true;
  }
}
