/** The contract of byte streams over TLS. */
import { accepted, connecting, testStreamContract } from '../support/kinds.js';

testStreamContract('TLS, connecting', connecting('TCP', 'TLS'), { halfClose: false });
testStreamContract('TLS, accepted', accepted('TCP', 'TLS'), { halfClose: false });
