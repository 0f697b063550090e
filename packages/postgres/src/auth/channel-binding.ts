/**
 * What binds authentication to the TLS connection it runs over: `tls-server-end-point` of RFC 5929, a hash of the server's
 * certificate. The hash is the one that the certificate is signed with, SHA-256 in place of MD5 and SHA-1.
 *
 *     Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm SEQUENCE { OID, parameters }, signature }
 *
 * Node does not say what a certificate is signed with, so that is read from the certificate itself.
 */
import { createHash } from 'node:crypto';
import { type DerElement, derElement, derElementOf } from './der.js';

const SEQUENCE = 0x30;
const OBJECT_IDENTIFIER = 0x06;
const CONTEXT_0 = 0xa0;

const RSASSA_PSS = '2a864886f70d01010a';
/** The hash by the algorithm's identifier, its bytes in hexadecimal: of signatures, and of hashes alone. */
const HASHES: ReadonlyMap<string, string> = new Map([
  ['2a864886f70d010104', 'sha256'], // md5WithRSAEncryption
  ['2a864886f70d010105', 'sha256'], // sha1WithRSAEncryption
  ['2a864886f70d01010e', 'sha224'],
  ['2a864886f70d01010b', 'sha256'],
  ['2a864886f70d01010c', 'sha384'],
  ['2a864886f70d01010d', 'sha512'],
  ['2a864886f70d01010f', 'sha512-224'],
  ['2a864886f70d010110', 'sha512-256'],
  ['2a8648ce3d0401', 'sha256'], // ecdsa-with-SHA1
  ['2a8648ce3d040301', 'sha224'],
  ['2a8648ce3d040302', 'sha256'],
  ['2a8648ce3d040303', 'sha384'],
  ['2a8648ce3d040304', 'sha512'],
  ['2a8648ce380403', 'sha256'], // dsa-with-sha1
  ['608648016503040301', 'sha224'], // dsa-with-sha224
  ['608648016503040302', 'sha256'],
  ['2a864886f70d0205', 'sha256'], // md5
  ['2b0e03021a', 'sha256'], // sha1
  ['608648016503040204', 'sha224'],
  ['608648016503040201', 'sha256'],
  ['608648016503040202', 'sha384'],
  ['608648016503040203', 'sha512'],
]);
/** What RSASSA-PSS signs with if its parameters do not say. */
const PSS_HASH_DEFAULT = 'sha256'; // in place of SHA-1

/**
 * The binding data of a server's certificate.
 *
 * @param certificate The whole certificate in DER, as `X509Certificate.raw` has it.
 * @returns Null if the certificate's signature has no hash of its own (Ed25519, Ed448), or one that is not known here:
 *   then no channel can be bound, for libpq neither.
 */
export function tlsServerEndPoint(certificate: Uint8Array): Uint8Array | null {
  const hash = signatureHash(certificate);
  return hash === null ? null : createHash(hash).update(certificate).digest();
}

/** The name of the hash that the binding is made with. */
function signatureHash(certificate: Uint8Array): string | null {
  const whole = derElementOf(certificate, SEQUENCE, 0, certificate.length);
  if (whole === null) return null;
  const signed = derElementOf(certificate, SEQUENCE, whole.start, whole.end);
  if (signed === null) return null;
  const algorithm = derElementOf(certificate, SEQUENCE, signed.end, whole.end);
  if (algorithm === null) return null;

  const identifier = identifierIn(certificate, algorithm);
  if (identifier?.text === RSASSA_PSS) return pssHash(certificate, identifier.end, algorithm.end);
  return HASHES.get(identifier?.text ?? '') ?? null;
}

/** RSASSA-PSS-params ::= SEQUENCE { [0] hashAlgorithm OPTIONAL, … } */
function pssHash(certificate: Uint8Array, at: number, limit: number): string | null {
  const parameters = derElementOf(certificate, SEQUENCE, at, limit);
  if (parameters === null) return null;
  const first = derElement(certificate, parameters.start, parameters.end);
  if (first?.tag !== CONTEXT_0) return PSS_HASH_DEFAULT;
  const algorithm = derElementOf(certificate, SEQUENCE, first.start, first.end);
  const identifier = algorithm === null ? null : identifierIn(certificate, algorithm);
  return HASHES.get(identifier?.text ?? '') ?? null;
}

/** The object identifier that an AlgorithmIdentifier begins with. */
function identifierIn(certificate: Uint8Array, algorithm: DerElement): { text: string; end: number } | null {
  const identifier = derElementOf(certificate, OBJECT_IDENTIFIER, algorithm.start, algorithm.end);
  if (identifier === null) return null;
  const text = Buffer.from(certificate.subarray(identifier.start, identifier.end)).toString('hex');
  return { text, end: identifier.end };
}
