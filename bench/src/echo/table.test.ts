import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EchoResult, EchoResultFile } from '../harness/result.js';
import { replaceBetweenMarks } from '../report/marked-table.js';
import { MADE_MACHINE, MADE_METHOD, UNKNOWN_WORK } from '../testing/made-results.js';
import { markdownTable } from './markdown.js';
import { echoTable } from './table.js';

function row(contender: string, mbPerSec: number): EchoResult {
  return {
    contender,
    frameBytes: 100_000_000,
    frames: 20,
    verifiedFrames: 8,
    mbPerSec,
    mbPerSecMin: mbPerSec - 10,
    mbPerSecMax: mbPerSec + 10,
    samples: [],
    cpuSecPerGB: null,
    idleRssBytes: null,
    peakRssBytes: null,
    clientPeakRssBytes: null,
    copiedBytesPerByte: null,
    ...UNKNOWN_WORK,
    runtime: 'node 20.20.2',
  };
}

const FILE: EchoResultFile = {
  suite: 'echo',
  machine: MADE_MACHINE,
  method: MADE_METHOD,
  startedAt: '2026-11-23T10:00:00.000Z',
  options: { frameBytes: 100_000_000, frames: 20, rounds: 5, client: 'same' },
  results: [row('node-data', 500), row('landfall', 2000)],
  missing: [{ contender: 'uvloop-protocol', why: 'no uvloop', remedy: 'make it' }],
  failed: [{ contender: 'node-web', error: 'a wrong byte' }],
  interrupted: false,
  thread2017: [{ contender: 'uvloop-protocol', mbPerSec: 600 }],
};

describe('the echo table', () => {
  it('has the fastest row first, and its ratio to data events', () => {
    const { rows } = echoTable(FILE);
    assert.deepEqual(rows[0]?.slice(0, 4), ['landfall', '2,000', '1,990–2,010', '4.00']);
    assert.deepEqual(rows[1]?.slice(0, 4), ['node-data', '500', '490–510', '1.00']);
  });

  it('keeps rows that failed or are missing, with their figure of 2017 where they have one', () => {
    const { heads, rows } = echoTable(FILE);
    assert.deepEqual(rows[2]?.slice(0, 2), ['node-web', 'failed']);
    assert.deepEqual([rows[3]?.[0], rows[3]?.[1], rows[3]?.at(-1)], ['uvloop-protocol', 'not here', '600']);
    for (const cells of rows) assert.equal(cells.length, heads.length);
  });

  it('goes between the marks of a document, and only there', () => {
    const table = markdownTable(FILE);
    const document = 'before\n<!-- generated:echo -->\nold\n<!-- /generated -->\nafter <!-- /generated -->\n';
    const once = replaceBetweenMarks(document, 'echo', table);
    assert.equal(once, `before\n<!-- generated:echo -->\n${table}\n<!-- /generated -->\nafter <!-- /generated -->\n`);
    assert.equal(replaceBetweenMarks(once, 'echo', table), once);
    assert.throws(() => replaceBetweenMarks('no marks', 'echo', table), /has no <!-- generated:echo -->/);
  });
});
