/** The contract over TLS. */
import { accepted, connecting, testContract } from '../support/kinds.js';

testContract('TLS, connecting', connecting('TCP', 'TLS'), { halfClose: false });
testContract('TLS, accepted', accepted('TCP', 'TLS'), { halfClose: false });
