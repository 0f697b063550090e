/** The contract of byte streams in memory, and where everything arrives in pieces and late. */
import { chaoticSocket, inMemory, testStreamContract } from '../support/kinds.js';

testStreamContract('memory', inMemory());
testStreamContract('memory with chaos', inMemory({ seed: 1, pieceBytesMax: 20_000 }));
testStreamContract('TCP with chaos', chaoticSocket('TCP', { seed: 2, pieceBytesMax: 20_000 }));
