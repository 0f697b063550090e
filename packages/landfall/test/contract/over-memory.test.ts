/** The contract in memory, and where everything arrives in pieces and late. */
import { chaoticSocket, inMemory, testContract } from '../support/kinds.js';

testContract('memory', inMemory());
testContract('memory with chaos', inMemory({ seed: 1, pieceBytesMax: 20_000 }));
testContract('TCP with chaos', chaoticSocket('TCP', { seed: 2, pieceBytesMax: 20_000 }));
