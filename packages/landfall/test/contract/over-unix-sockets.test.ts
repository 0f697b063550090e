/** The contract over Unix sockets. */
import { FAMILIES } from '../support/connections.js';
import { accepted, connecting, testContract } from '../support/kinds.js';

if (FAMILIES.includes('Unix')) {
  testContract('a Unix socket, connecting', connecting('Unix'));
  testContract('a Unix socket, accepted', accepted('Unix'));
}
