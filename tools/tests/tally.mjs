// @ts-check
// A reporter for `node --test` that counts, as one JSON object on its destination. Tests count, suites do not; a file
// counts only when it failed as a whole (it crashed, or hung), for Node reports a file without tests as one that passed.

const orphanGraceMs = 3_000;

/**
 * @typedef {{ passed: number, failed: number, skipped: number, todo: number, failures: string[] }} Tally
 *
 * @typedef {{ name: string, nesting: number, skip?: string | boolean, todo?: string | boolean, details: { type?: string } }} Ended
 *
 * @param {AsyncIterable<{ type: string, data: unknown }>} events
 * @returns {AsyncGenerator<string>}
 */
export default async function* tally(events) {
  /** @type {Tally} */
  const counts = { passed: 0, failed: 0, skipped: 0, todo: 0, failures: [] };
  for await (const event of events) {
    if (event.type !== 'test:pass' && event.type !== 'test:fail') continue;
    const data = /** @type {Ended} */ (event.data);
    if (data.details.type === 'suite') continue;
    const isFile = data.nesting === 0 && data.name.endsWith('.test.js');
    // What a name pattern left out was not skipped by anybody's wish.
    if (data.skip === 'test name does not match pattern') continue;
    if (event.type === 'test:fail' && data.todo === undefined) {
      counts.failed += 1;
      counts.failures.push(data.name);
    } else if (isFile) continue;
    else if (data.skip !== undefined) counts.skipped += 1;
    else if (data.todo !== undefined) counts.todo += 1;
    else counts.passed += 1;
  }
  yield JSON.stringify(counts);
  // Everything is reported. Should the runner live on, a process that a test left behind holds its pipes open.
  setTimeout(() => {
    console.error(`a test left a process behind that still runs ${orphanGraceMs} ms after the last test`);
    process.exit(1);
  }, orphanGraceMs).unref();
}
