/** The contract over TCP. */
import { accepted, connecting, testContract } from '../support/kinds.js';

testContract('TCP, connecting', connecting('TCP'));
testContract('TCP, accepted', accepted('TCP'));
