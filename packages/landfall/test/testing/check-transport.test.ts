/** checkTransport finds planted faults: there is no sentence of the contract that cannot fail. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ContractCase, checkTransport } from 'landfall/testing';
import { callingFaults } from './faults-calling.js';
import { endingFaults } from './faults-ending.js';
import { receivingFaults } from './faults-receiving.js';
import { sendingFaults } from './faults-sending.js';
import { type Fault, withFault } from './planted.js';

const FAULTS: Readonly<Record<string, Fault>> = {
  ...callingFaults,
  ...receivingFaults,
  ...sendingFaults,
  ...endingFaults,
};

/** A case that waits for what does not come is given up after this. What holds takes some ten milliseconds. */
const CASE_TIMEOUT_MS = 1_500;

/** Without the kind of protocol. */
function sentenceOf({ name }: ContractCase): string {
  return name.replace(/ \((Buffered)?Protocol\)$/, '');
}

function isBroken(sentence: string, { breaks }: Fault): boolean {
  return breaks.some((broken) => (typeof broken === 'string' ? broken === sentence : broken.test(sentence)));
}

async function failsToo({ name, run }: ContractCase): Promise<string | null> {
  return run().then(
    () => `${name}: held`,
    () => null,
  );
}

for (const [what, fault] of Object.entries(FAULTS)) {
  test(`a transport that is at fault is found out: ${what}`, async () => {
    const cases = checkTransport(withFault(fault), { timeoutMs: CASE_TIMEOUT_MS });
    const broken = cases.filter((each) => isBroken(sentenceOf(each), fault));
    assert.ok(broken.length >= fault.breaks.length, 'a sentence that it is to break is not in the contract');
    const held = await Promise.all(broken.map(failsToo));
    assert.deepEqual(held.filter(Boolean), []);
  });
}

test('every sentence of the contract is broken by a planted fault', () => {
  const cases = checkTransport(() => assert.fail('no connection is needed'));
  const faults = Object.values(FAULTS);
  const unbroken = cases.map(sentenceOf).filter((sentence) => !faults.some((fault) => isBroken(sentence, fault)));
  assert.deepEqual(unbroken, []);
});

test('no two cases have the same name', () => {
  const names = checkTransport(() => assert.fail('no connection is needed')).map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
});
