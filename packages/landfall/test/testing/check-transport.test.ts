/** checkTransport finds planted faults: there is no sentence of the contract that cannot fail. */
import assert from 'node:assert/strict';
import { checkTransport } from 'landfall/testing';
import { callingFaults } from './faults-calling.js';
import { endingFaults } from './faults-ending.js';
import { receivingFaults } from './faults-receiving.js';
import { sendingFaults } from './faults-sending.js';
import { testFaults } from './finding-faults.js';
import { type Fault, withFault } from './planted.js';

const FAULTS: Readonly<Record<string, Fault>> = {
  ...callingFaults,
  ...receivingFaults,
  ...sendingFaults,
  ...endingFaults,
};

testFaults('a transport', FAULTS, (fault, options) =>
  checkTransport(fault === null ? () => assert.fail('no connection is needed') : withFault(fault), options),
);
