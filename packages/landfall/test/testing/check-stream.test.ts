/** checkStream finds planted faults: there is no sentence of the contract that cannot fail. */
import assert from 'node:assert/strict';
import { checkStream } from 'landfall/testing';
import { testFaults } from './finding-faults.js';
import { type StreamFault, withStreamFault } from './planted-streams.js';
import { streamEndingFaults } from './stream-faults-ending.js';
import { streamReadingFaults } from './stream-faults-reading.js';

const FAULTS: Readonly<Record<string, StreamFault>> = { ...streamReadingFaults, ...streamEndingFaults };

testFaults('a byte stream', FAULTS, (fault, options) =>
  checkStream(fault === null ? () => assert.fail('no stream is needed') : withStreamFault(fault), options),
);
