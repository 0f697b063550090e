/** The contract of byte streams over a connection that became TLS when it stood. */
import { accepted, connecting, testStreamContract } from '../support/kinds.js';
import { isDeno } from '../support/runtime.js';

if (isDeno)
  console.log('skipped over TLS: Deno’s own TLS, which the peer has there, does not hold what waits within bounds');
else {
  testStreamContract('startTls, connecting', connecting('TCP', 'startTls'), { halfClose: false });
  testStreamContract('startTls, accepted', accepted('TCP', 'startTls'), { halfClose: false });
}
