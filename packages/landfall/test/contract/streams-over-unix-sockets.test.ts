/** The contract of byte streams over Unix sockets. */
import { FAMILIES } from '../support/connections.js';
import { accepted, connecting, testStreamContract } from '../support/kinds.js';

if (FAMILIES.includes('Unix')) {
  testStreamContract('a Unix socket, connecting', connecting('Unix'));
  testStreamContract('a Unix socket, accepted', accepted('Unix'));
}
