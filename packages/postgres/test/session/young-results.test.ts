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

/** What is read: results of so many rows of one column. */
const TASKS = {
  numbers: { results: 6_000, rows: 1_000, typeOid: backend.INT4, value: 7 },
  bytes: { results: 10_000, rows: 100, typeOid: backend.BYTEA, value: new Uint8Array(1_000) },
} as const;

/** @returns How many pages the system had to bring in the second half, per result. */
function readResults({ results, rows, typeOid, value }: (typeof TASKS)[keyof typeof TASKS]): number {
  const session = new Session({ notice() {}, flush() {}, answered() {} }, 2 ** 30);
  const columns = [{ name: 'a', typeOid, tableOid: 0, attributeNumber: 0, typeBytes: 4, typeModifier: -1 }];
  const description = new Description('select a', [], columns, new TypeRegistry({}));
  const statement = new Statement('a', description, new DescriptionCache(1));
  const answer = Buffer.concat([
    backend.BOUND,
    ...Array.from({ length: rows }, () => backend.row(value)),
    backend.complete(`SELECT ${rows}`),
    backend.ready(),
  ]);
  let rowCount = 0;
  const outcome = {
    resolve(read: readonly unknown[]): void {
      rowCount += read.length;
    },
    reject(error: Error): void {
      throw error;
    },
  };
  let faultsBefore = 0;
  for (let i = 0; i < results; i++) {
    if (i === results / 2) faultsBefore = process.resourceUsage().minorPageFault;
    session.begin(new QueryExchange(session, statement, 'object', outcome));
    for (let at = 0; at < answer.length; ) {
      const free = session.received.free();
      const nbytes = Math.min(free.length, answer.length - at);
      free.set(answer.subarray(at, at + nbytes));
      session.received.updated(nbytes);
      at += nbytes;
    }
  }
  assert.equal(rowCount, results * rows);
  return (process.resourceUsage().minorPageFault - faultsBefore) / (results / 2);
}

/** What the child does: prints how many full collections a task takes, and how many faults a result. */
async function child(task: string): Promise<void> {
  let full = 0;
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEntry & { detail: { kind: number } })[]) {
      if (entry.detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR) full++;
    }
  });
  observer.observe({ entryTypes: ['gc'] });
  const faults = readResults(TASKS[task as keyof typeof TASKS]);
  // What was observed is told in one of the next turns.
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
  console.log(JSON.stringify({ full, faults }));
}

const { header } = process.report.getReport() as unknown as { header: { glibcVersionRuntime?: string } };
const isPlainGlibc =
  header.glibcVersionRuntime !== undefined &&
  !Object.keys(process.env).some((name) => /^MALLOC_|^LD_PRELOAD$/.test(name));

const [, , asked] = process.argv;
if (asked !== undefined) await child(asked);
else {
  for (const task of Object.keys(TASKS)) {
    for (const flag of ['--opt', '--no-opt']) {
      test(`${task} that nobody keeps need no full collection, and no new memory (${flag})`, () => {
        const file = fileURLToPath(import.meta.url);
        const { stdout, stderr } = spawnSync(process.execPath, [flag, file, task], { timeout: 60_000 });
        assert.match(String(stdout), /^\{.*\}\n$/, String(stderr));
        const { full, faults } = JSON.parse(String(stdout)) as { full: number; faults: number };
        // The start of the program may bring one or two.
        assert.ok(full <= 2, `${full} full collections`);
        // Only glibc can be asked to keep what is freed, and only by one that was not told otherwise.
        if (isPlainGlibc) assert.ok(faults < 0.25, `${faults} page faults a result`);
      });
    }
  }
}
