/** Results that nobody keeps have to die young: the collector must never need to look at everything because of them. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { constants, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Description } from '../../dist/session/description.js';
import { DescriptionCache } from '../../dist/session/description-cache.js';
import { QueryExchange } from '../../dist/session/query.js';
import { Session } from '../../dist/session/session.js';
import { Statement } from '../../dist/session/statement.js';
import { TypeRegistry } from '../../dist/types/registry.js';
import * as backend from '../support/backend.js';

const RESULTS = 6_000;
const ROWS = 1_000;

function readResults(): void {
  const session = new Session({ notice() {}, flush() {}, answered() {} }, 2 ** 30);
  const columns = [
    { name: 'a', typeOid: backend.INT4, tableOid: 0, attributeNumber: 0, typeBytes: 4, typeModifier: -1 },
  ];
  const description = new Description('select a', [], columns, new TypeRegistry({}));
  const statement = new Statement('a', description, new DescriptionCache(1));
  const answer = Buffer.concat([
    backend.BOUND,
    ...Array.from({ length: ROWS }, (_, i) => backend.row(i)),
    backend.complete(`SELECT ${ROWS}`),
    backend.ready(),
  ]);
  let rowCount = 0;
  const outcome = {
    resolve(rows: readonly unknown[]): void {
      rowCount += rows.length;
    },
    reject(error: Error): void {
      throw error;
    },
  };
  for (let i = 0; i < RESULTS; i++) {
    session.begin(new QueryExchange(session, statement, 'object', outcome));
    for (let at = 0; at < answer.length; ) {
      const free = session.received.free();
      const nbytes = Math.min(free.length, answer.length - at);
      free.set(answer.subarray(at, at + nbytes));
      session.received.updated(nbytes);
      at += nbytes;
    }
  }
  assert.equal(rowCount, RESULTS * ROWS);
}

/** What the child does: prints how many full collections reading takes. */
async function child(): Promise<void> {
  let full = 0;
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEntry & { detail: { kind: number } })[]) {
      if (entry.detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR) full++;
    }
  });
  observer.observe({ entryTypes: ['gc'] });
  readResults();
  await new Promise((resolve) => setTimeout(resolve, 50));
  console.log(full);
}

if (process.argv[2] === 'read') await child();
else {
  for (const flag of ['--opt', '--no-opt']) {
    test(`rows that nobody keeps need no full collection (${flag})`, () => {
      const file = fileURLToPath(import.meta.url);
      const { stdout, stderr } = spawnSync(process.execPath, [flag, file, 'read'], { timeout: 60_000 });
      assert.match(String(stdout), /^\d+\n$/, String(stderr));
      // One may come of the program's own start.
      assert.ok(Number(String(stdout)) <= 1, `${String(stdout).trim()} full collections`);
    });
  }
}
