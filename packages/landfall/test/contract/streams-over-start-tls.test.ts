/** The contract of byte streams over a connection that became TLS when it stood. */
import { accepted, connecting, testStreamContract } from '../support/kinds.js';

testStreamContract('startTls, connecting', connecting('TCP', 'startTls'), { halfClose: false });
testStreamContract('startTls, accepted', accepted('TCP', 'startTls'), { halfClose: false });
