/** The contract over a connection that became TLS when it stood. */
import { accepted, connecting, testContract } from '../support/kinds.js';
import { isDeno } from '../support/runtime.js';

if (isDeno)
  console.log('skipped over TLS: Deno’s own TLS, which the peer has there, does not hold what waits within bounds');
else {
  testContract('startTls, connecting', connecting('TCP', 'startTls'), { halfClose: false });
  testContract('startTls, accepted', accepted('TCP', 'startTls'), { halfClose: false });
}
