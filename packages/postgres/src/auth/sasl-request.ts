/** AuthenticationSASL: which of the mechanisms that a server offers is taken, and what is said about the channel. */
import { ProtocolError } from '../errors.js';
import { authError } from './auth-error.js';
import type { ChannelBindingChoice } from './scram.js';

const SCRAM = 'SCRAM-SHA-256';
const SCRAM_PLUS = 'SCRAM-SHA-256-PLUS';

/** What is known of the channel, and what is wanted of it. */
export interface Channel {
  /** Whether TLS is in use. */
  readonly encrypted: boolean;
  /** What `tlsServerEndPoint` made of the server's certificate; null without one. */
  readonly endPoint: Uint8Array | null;
  /** libpq's `channel_binding`. */
  readonly channelBinding: 'disable' | 'prefer' | 'require';
}

/** What the exchange is to be. */
export interface SaslChoice {
  readonly mechanism: string;
  readonly binding: ChannelBindingChoice;
}

/**
 * Chooses as libpq does.
 *
 * @throws {ConnectionError} `ERR_AUTH`: nothing that is offered is spoken here, the channel must be bound and cannot,
 *   or what is offered shows that somebody in between took the encryption off.
 */
export function chooseMechanism(offered: readonly string[], channel: Channel): SaslChoice {
  const { encrypted, endPoint, channelBinding } = channel;
  const bindable = offered.includes(SCRAM_PLUS) && channelBinding !== 'disable';
  if (bindable && encrypted) return { mechanism: SCRAM_PLUS, binding: { kind: 'bound', endPoint: boundTo(endPoint) } };
  if (offered.includes(SCRAM_PLUS) && !encrypted)
    throw authError('the server offers SCRAM-SHA-256-PLUS on a connection without TLS: was it taken off on the way?');

  if (channelBinding === 'require')
    throw authError('channelBinding is require, and the server offers no authentication that binds the channel');
  if (!offered.includes(SCRAM))
    throw authError(`the server offers no SASL mechanism that is spoken here, but ${offered.map(shown).join(', ')}`);
  const kind = encrypted && channelBinding !== 'disable' ? 'unoffered' : 'unsupported';
  return { mechanism: SCRAM, binding: { kind } };
}

/**
 * Reads the names, each with a zero behind it, and one more zero.
 *
 * @throws {ProtocolError} The list has no end.
 */
export function mechanismsIn(body: Uint8Array): string[] {
  const names: string[] = [];
  let at = 0;
  while (at < body.length && body[at] !== 0) {
    const zero = body.indexOf(0, at);
    if (zero === -1) break;
    names.push(Buffer.from(body.subarray(at, zero)).toString('latin1'));
    at = zero + 1;
  }
  if (body[at] !== 0 || at !== body.length - 1) throw new ProtocolError('the list of SASL mechanisms is malformed');
  return names;
}

function boundTo(endPoint: Uint8Array | null): Uint8Array {
  if (endPoint !== null) return endPoint;
  throw authError(
    "the server's certificate has no hash that a channel can be bound to: channelBinding must be disable for it",
  );
}

/** For messages: what a stranger sent, cut and without control characters. */
function shown(name: string): string {
  return name.slice(0, 40).replace(/[^\x21-\x7e]/g, '?');
}
