/** The contract of byte streams over TLS. */
import { accepted, connecting, testStreamContract } from '../support/kinds.js';
import { isDeno } from '../support/runtime.js';

if (isDeno)
  console.log('skipped over TLS: Deno’s own TLS, which the peer has there, does not hold what waits within bounds');
else {
  testStreamContract('TLS, connecting', connecting('TCP', 'TLS'), { halfClose: false });
  testStreamContract('TLS, accepted', accepted('TCP', 'TLS'), { halfClose: false });
}
