/** The contract over a connection that became TLS when it stood. */
import { accepted, connecting, testContract } from '../support/kinds.js';

testContract('startTls, connecting', connecting('TCP', 'startTls'), { halfClose: false });
testContract('startTls, accepted', accepted('TCP', 'startTls'), { halfClose: false });
