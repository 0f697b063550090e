/** Asking a server for TLS, and nothing but its answer being taken for that. */
import type { BufferedProtocol, Transport } from 'landfall';
import { ConnectionError, ProtocolError } from '../errors.js';
import { writeSslRequest } from '../session/startup.js';
import { MessageWriter } from '../wire/message-writer.js';

const YES = 0x53; // S
const NO = 0x4e; // N
/** An ErrorResponse: the server is too old to know the question, or in trouble. Nobody vouches for what it says. */
const ERROR = 0x45; // E

/**
 * Asks whether the server speaks TLS; resolves to its answer.
 *
 * @throws {ProtocolError} It answered something else, or more: what follows the answer in clear could be anybody's, and
 *   would be taken for what the server says later (CVE-2021-23222).
 * @throws {ConnectionError} `ERR_TLS`: it answered with an error. `ERR_LOST`; what `signal` was aborted with.
 */
export function askForTls(transport: Transport, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const memory = new Uint8Array(16);
    const asking: BufferedProtocol = {
      getBuffer: () => memory,
      bufferUpdated: (nbytes) => {
        const answer = memory[0]!;
        if (answer === ERROR)
          reject(new ConnectionError('ERR_TLS', 'the server answered SSLRequest with an error', true));
        else if (nbytes > 1) reject(new ProtocolError('something came in clear behind the answer to SSLRequest'));
        else if (answer === YES || answer === NO) resolve(answer === YES);
        else reject(new ProtocolError('SSLRequest was answered neither yes nor no'));
      },
      connectionLost: (cause) => {
        reject(
          new ConnectionError('ERR_LOST', 'the server ended the connection when it was asked for TLS', true, { cause }),
        );
      },
    };
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    transport.setProtocol(asking);
    const writer = new MessageWriter();
    writeSslRequest(writer);
    transport.write(writer.writtenView(), { copy: true });
  });
}
