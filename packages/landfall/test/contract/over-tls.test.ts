/** The contract over TLS. */
import { accepted, connecting, testContract } from '../support/kinds.js';
import { isDeno } from '../support/runtime.js';

if (isDeno)
  console.log('skipped over TLS: Deno’s own TLS, which the peer has there, does not hold what waits within bounds');
else {
  testContract('TLS, connecting', connecting('TCP', 'TLS'), { halfClose: false });
  testContract('TLS, accepted', accepted('TCP', 'TLS'), { halfClose: false });
}
