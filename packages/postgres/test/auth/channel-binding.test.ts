import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { tlsServerEndPoint } from '../../dist/auth/channel-binding.js';

function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  if (content.length < 128) return Buffer.concat([Buffer.from([tag, content.length]), content]);
  return Buffer.concat([Buffer.from([tag, 0x82, content.length >> 8, content.length & 0xff]), content]);
}

const identifier = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));
const sequence = (...parts: readonly Uint8Array[]): Buffer => der(0x30, ...parts);
const NULL = Buffer.from([0x05, 0x00]);

/** As much of a certificate as says what it is signed with. */
function certificate(...algorithm: readonly Uint8Array[]): Buffer {
  return sequence(sequence(Buffer.alloc(300, 1)), sequence(...algorithm), der(0x03, Buffer.alloc(65)));
}

function hashOf(bytes: Buffer): string | null {
  const binding = tlsServerEndPoint(bytes);
  if (binding === null) return null;
  const digest = Buffer.from(binding).toString('hex');
  const names = ['sha224', 'sha256', 'sha384', 'sha512', 'sha512-224', 'sha512-256'];
  return names.find((name) => createHash(name).update(bytes).digest('hex') === digest) ?? 'another';
}

const SIGNATURES: readonly (readonly [string, string, string | null])[] = [
  ['md5WithRSAEncryption', '2a864886f70d010104', 'sha256'],
  ['sha1WithRSAEncryption', '2a864886f70d010105', 'sha256'],
  ['sha224WithRSAEncryption', '2a864886f70d01010e', 'sha224'],
  ['sha256WithRSAEncryption', '2a864886f70d01010b', 'sha256'],
  ['sha384WithRSAEncryption', '2a864886f70d01010c', 'sha384'],
  ['sha512WithRSAEncryption', '2a864886f70d01010d', 'sha512'],
  ['sha512-224WithRSAEncryption', '2a864886f70d01010f', 'sha512-224'],
  ['sha512-256WithRSAEncryption', '2a864886f70d010110', 'sha512-256'],
  ['ecdsa-with-SHA1', '2a8648ce3d0401', 'sha256'],
  ['ecdsa-with-SHA224', '2a8648ce3d040301', 'sha224'],
  ['ecdsa-with-SHA256', '2a8648ce3d040302', 'sha256'],
  ['ecdsa-with-SHA384', '2a8648ce3d040303', 'sha384'],
  ['ecdsa-with-SHA512', '2a8648ce3d040304', 'sha512'],
  ['dsa-with-SHA1', '2a8648ce380403', 'sha256'],
  ['dsa-with-SHA256', '608648016503040302', 'sha256'],
  ['Ed25519', '2b6570', null],
  ['Ed448', '2b6571', null],
];

for (const [name, oid, hash] of SIGNATURES) {
  test(`a certificate signed with ${name} is bound by ${hash ?? 'nothing'}`, () => {
    assert.equal(hashOf(certificate(identifier(oid))), hash);
    assert.equal(hashOf(certificate(identifier(oid), NULL)), hash);
  });
}

test('RSASSA-PSS says in its parameters what it signs with', () => {
  const pss = identifier('2a864886f70d01010a');
  const withHash = (hex: string): Buffer =>
    certificate(pss, sequence(der(0xa0, sequence(identifier(hex), NULL)), der(0xa2, Buffer.from([2, 1, 32]))));
  assert.equal(hashOf(withHash('608648016503040201')), 'sha256');
  assert.equal(hashOf(withHash('608648016503040202')), 'sha384');
  assert.equal(hashOf(withHash('608648016503040203')), 'sha512');
  assert.equal(hashOf(withHash('2b0e03021a')), 'sha256');
  assert.equal(hashOf(withHash('2a0304')), null);
  assert.equal(hashOf(certificate(pss, sequence())), 'sha256');
  assert.equal(hashOf(certificate(pss, sequence(der(0xa2, Buffer.from([2, 1, 32]))))), 'sha256');
  assert.equal(hashOf(certificate(pss)), null);
});

test('what is no certificate has no binding, and is not read beyond its end', () => {
  const whole = certificate(identifier('2a864886f70d01010b'), NULL);
  for (let length = 0; length < whole.length; length++)
    assert.equal(tlsServerEndPoint(whole.subarray(0, length)), null);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const binding = tlsServerEndPoint(bytes);
      return binding === null || binding.length >= 28;
    }),
  );
});

test('a certificate with any byte changed is bound or not, and nothing else', () => {
  const whole = certificate(
    identifier('2a864886f70d01010a'),
    sequence(der(0xa0, sequence(identifier('608648016503040201')))),
  );
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, byte) => {
      const changed = Buffer.from(whole);
      changed[at] = byte;
      const binding = tlsServerEndPoint(changed);
      return binding === null || binding.length >= 28;
    }),
  );
});
