/** Two of landfall's protocols that talk over TLS with each other. */
import {
  connect,
  type ListenOptions,
  listen,
  type Server,
  type StartTlsOptions,
  type TlsInfo,
  type TlsOptions,
  type Transport,
} from 'landfall';
import { type Reactions, RecordingBufferedProtocol, RecordingProtocol } from 'landfall/testing';
import { within } from '../../dist/testing/waiting.js';
import { authority, server as serverIdentity } from '../support/certificates.js';
import { addressOf, freeAddress, type Recorded, type Where } from '../support/connections.js';

export interface SecurePairOptions {
  client?: Recorded;
  server?: Recorded;
  clientTls?: TlsOptions;
  serverTls?: TlsOptions;
}

/** Both ends, closed when disposed of. */
export interface SecurePair extends AsyncDisposable {
  readonly client: Recorded;
  readonly server: Recorded;
}

/** Connects the two. */
export async function securePair(options: SecurePairOptions = {}): Promise<SecurePair> {
  const server = options.server ?? new RecordingProtocol();
  const client = options.client ?? new RecordingProtocol();
  const listening = await listen(
    { ...freeAddress('TCP'), tls: { ...serverIdentity, ...options.serverTls } },
    () => server,
  );
  const tls = { ca: authority, ...options.clientTls };
  await within(
    'connect()',
    connect({ ...addressOf(listening), tls }, () => client),
  );
  await server.until('connectionMade');
  const dispose = async (): Promise<void> => {
    client.transport.abort();
    server.transport.abort();
    await within('closeAll()', listening.closeAll());
  };
  return { client, server, [Symbol.asyncDispose]: dispose };
}

/** A protocol that sends back what it gets, of either face. */
export function echo(face: 'Protocol' | 'BufferedProtocol' = 'Protocol', memory?: Uint8Array): Recorded {
  const reactions: Reactions = {
    received: (bytesView) => void recorded.transport.write(bytesView, { copy: true }),
    pauseWriting: () => recorded.transport.pauseReading(),
    resumeWriting: () => recorded.transport.resumeReading(),
  };
  const recorded: Recorded =
    face === 'Protocol' ? new RecordingProtocol(reactions) : new RecordingBufferedProtocol(reactions, memory);
  return recorded;
}

/** What a transport says of its TLS. */
export function tlsOf(transport: Transport): TlsInfo {
  return transport.getExtraInfo('tls') as TlsInfo;
}

/** A server that listens with TLS, and what it was told. */
export async function secureServer(
  options: Partial<ListenOptions> = {},
  make: () => Recorded = () => new RecordingProtocol(),
  where: Where = freeAddress('TCP'),
): Promise<{ server: Server; protocols: Recorded[]; errors: Error[] }> {
  const protocols: Recorded[] = [];
  const errors: Error[] = [];
  const server = await listen(
    { ...where, tls: serverIdentity, onError: (error) => void errors.push(error), ...options },
    () => {
      const protocol = make();
      protocols.push(protocol);
      return protocol;
    },
  );
  return { server, protocols, errors };
}

/** What `startTls` is asked for on the two sides. */
export const AS_CLIENT: StartTlsOptions = { ca: authority, servername: 'localhost' };
export const AS_SERVER: StartTlsOptions = { ...serverIdentity, isServer: true };

/** Connects the two in clear. */
export async function plainPair(server: Recorded, client: Recorded): Promise<AsyncDisposable> {
  const listening = await listen(freeAddress('TCP'), () => server);
  await connect(addressOf(listening), () => client);
  await server.until('connectionMade');
  const dispose = async (): Promise<void> => {
    client.transport.abort();
    server.transport.abort();
    await within('closeAll()', listening.closeAll());
  };
  return { [Symbol.asyncDispose]: dispose };
}
