/** The contract of byte streams over TCP. */
import { accepted, connecting, testStreamContract } from '../support/kinds.js';

testStreamContract('TCP, connecting', connecting('TCP'));
testStreamContract('TCP, accepted', accepted('TCP'));
