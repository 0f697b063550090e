/** How a contract is shown to find planted faults: no sentence of it is one that cannot fail. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CheckConnectionOptions, ContractCase } from 'landfall/testing';

/** What every planted fault says of itself. */
export interface Planted {
  /** Of those that a connection in memory keeps, unless it is tried as what it is not. */
  readonly options?: CheckConnectionOptions;
  /** Sentences of the contract that do not hold any more; each is said of one or of both kinds of protocol. */
  readonly breaks: readonly (string | RegExp)[];
}

/** A contract, tried on what has a fault, or on nothing at all. */
export type Check<F> = (fault: F | null, options: CheckConnectionOptions) => ContractCase[];

/** A case that waits for what does not come is given up after this. What holds takes some ten milliseconds. */
const CASE_TIMEOUT_MS = 1_500;

/** Registers the tests. */
export function testFaults<F extends Planted>(
  what: string,
  faults: Readonly<Record<string, F>>,
  check: Check<F>,
): void {
  for (const [name, fault] of Object.entries(faults)) {
    test(`${what} that is at fault is found out: ${name}`, async () => {
      const cases = check(fault, { timeoutMs: CASE_TIMEOUT_MS, ...fault.options });
      const broken = cases.filter((each) => isBroken(sentenceOf(each), fault));
      for (const sentence of fault.breaks)
        assert.ok(
          broken.some((each) => matches(sentence, sentenceOf(each))),
          `not in the contract: ${sentence}`,
        );
      const held = await Promise.all(broken.map(failsToo));
      assert.deepEqual(held.filter(Boolean), []);
    });
  }

  test(`every sentence of the contract of ${what} is broken by a planted fault`, () => {
    const sentences = [true, false].flatMap((halfClose) => check(null, { halfClose })).map(sentenceOf);
    const unbroken = sentences.filter((sentence) => !Object.values(faults).some((fault) => isBroken(sentence, fault)));
    assert.deepEqual(unbroken, []);
  });

  test(`no two cases of the contract of ${what} have the same name`, () => {
    for (const halfClose of [true, false]) {
      const names = check(null, { halfClose }).map(({ name }) => name);
      assert.equal(new Set(names).size, names.length);
    }
  });
}

/** Without the kind of protocol. */
function sentenceOf({ name }: ContractCase): string {
  return name.replace(/ \((Buffered)?Protocol\)$/, '');
}

function isBroken(sentence: string, { breaks }: Planted): boolean {
  return breaks.some((broken) => matches(broken, sentence));
}

function matches(broken: string | RegExp, sentence: string): boolean {
  return typeof broken === 'string' ? broken === sentence : broken.test(sentence);
}

async function failsToo({ name, run }: ContractCase): Promise<string | null> {
  return run().then(
    () => `${name}: held`,
    () => null,
  );
}
