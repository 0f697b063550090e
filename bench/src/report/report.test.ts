import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EchoResult, ResultFile } from '../harness/result.js';
import { madeEcho, madeEchoFile, madeFiles, madeFloodFile } from '../testing/made-files.js';
import { MADE_MACHINE, UNKNOWN_WORK } from '../testing/made-results.js';
import { renderReport } from './report.js';
import { SUITES } from './suites.js';

const HOSTILE = `<script src="//evil.example">alert('x')</script>&"`;
const MOST_BYTES = 1_500_000;

/** The report without its own style and elements: what a reader sees. */
function words(document: string): string {
  return document
    .replace(/<style>.*?<\/style>/s, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&#39;/g, '’')
    .replace(/\s+/g, ' ');
}

function pictures(document: string): string[] {
  return document.match(/<svg .*?<\/svg>/gs) ?? [];
}

/** Every text and no number of a result replaced. */
function hostile(value: unknown): unknown {
  if (typeof value === 'string') return HOSTILE;
  if (Array.isArray(value)) return value.map(hostile);
  if (typeof value !== 'object' || value === null) return value;
  const told = Object.entries(value).map(([name, each]) => [name, KEPT.includes(name) ? each : hostile(each)]);
  return Object.fromEntries(told);
}
/** What tells rows apart for the report itself, from a small set of values. */
const KEPT: readonly string[] = ['suite', 'task', 'side', 'kind', 'over', 'client', 'startedAt'];

describe('the report', () => {
  it('refers to nothing outside itself and holds no script', () => {
    const document = renderReport(madeFiles());
    const found = document.match(/https?:|\bsrc\s*=|@import|<script|<img|url\(/gi);
    assert.equal(found, null);
    for (const [, target] of document.matchAll(/\bhref\s*=\s*"([^"]*)"/g))
      assert.match(`${target}`, /^(#[a-z]+|data:,)$/);
    assert.ok(Buffer.byteLength(document) < MOST_BYTES);
  });

  it('has a part for every suite, with pictures that scale with their column and a table beside each', () => {
    const document = renderReport(madeFiles());
    assert.doesNotMatch(document, /has no result file here/);
    const drawn = pictures(document);
    assert.ok(drawn.length > SUITES.length);
    assert.equal((document.match(/The figures of this picture/g) ?? []).length, drawn.length);
    for (const picture of drawn) {
      assert.match(picture, /^<svg viewBox="0 0 \d+ \d+" role="img" aria-label="[^"]+">/);
      assert.doesNotMatch(picture, /NaN|Infinity|undefined/);
    }
  });

  it('takes every colour of a picture from the page, so that light and dark both read', () => {
    for (const picture of pictures(renderReport(madeFiles()))) {
      for (const [, color] of picture.matchAll(/(?:fill|stroke)="([^"]*)"/g))
        assert.match(`${color}`, /^(none|var\(--)/);
    }
  });

  it('is the same for the same figures', () => {
    const [first, second] = [madeFiles(), madeFiles()].map(renderReport);
    assert.ok(first === second, 'two renderings differ');
  });

  it('escapes whatever the data says', () => {
    const document = renderReport(madeFiles().map((file) => hostile(file) as ResultFile));
    assert.doesNotMatch(document, /<script|src="|alert\('x'\)/);
    assert.match(document, /&#60;script/);
  });

  it('names every suite without a result, and the command that makes it', () => {
    const document = renderReport([]);
    assert.match(document, /^<!doctype html>/);
    for (const suite of SUITES) {
      assert.match(
        words(document),
        new RegExp(`The suite ${suite} has no result file here. To make it: npm run -s bench -- ${suite} --keep`),
      );
    }
  });

  it('names rows that are missing with their remedy, and rows that failed with their error', () => {
    const missing = [{ contender: 'uvloop-buffered', why: 'no python3', remedy: 'install it' }];
    const seen = words(renderReport([madeEchoFile({ missing, failed: [{ contender: 'c', error: 'it fell over' }] })]));
    assert.match(seen, /Missing here uvloop-buffered \(echo\): no python3 . To get it: install it/);
    assert.match(seen, /Failed c \(echo\): it fell over/);
  });

  it('marks a run that was stopped, one without any figure too', () => {
    const stopped = renderReport([
      madeFloodFile({ interrupted: true }),
      madeEchoFile({ results: [], interrupted: true }),
    ]);
    assert.match(words(stopped), /The suite flood was stopped before its last round/);
    assert.match(words(stopped), /The suite echo was stopped before its last round/);
    assert.match(words(stopped), /STOPPED/);
  });

  it('shows a sentence where no row knows a figure', () => {
    const results = [{ ...madeEcho('node-web', 300), cpuSecPerGB: null, copiedBytesPerByte: null, peakRssBytes: null }];
    const document = renderReport([madeEchoFile({ results })]);
    assert.equal((document.match(/No row can tell this figure here\./g) ?? []).length, 3);
  });

  it('tells user time, receives, writes and collections of the rows that know them, and no column that none knows', () => {
    const seen = words(renderReport([madeEchoFile(), madeFloodFile()]));
    assert.match(
      seen,
      /row user time receives\/frame writes\/frame collections\/GB ms collecting\/GB landfall 25 % 13 1 3\.3 1,234/,
    );
    assert.match(seen, /Frames of 16 bytes, of the receiver\. row user time receives\/frame collections\/GB/);
  });

  it('divides bars of processor time where a row tells user time, and no others', () => {
    const [divided, whole] = [madeEcho('landfall', 300), { ...madeEcho('landfall', 300), ...UNKNOWN_WORK }];
    const pale = [divided, whole].map((row) =>
      pictures(renderReport([madeEchoFile({ results: [row] })])).filter((each) => each.includes('fill-opacity="0.4"')),
    );
    assert.deepEqual(
      pale.map((each) => each.length),
      [1, 0],
    );
  });

  it('draws a result that was kept before these were measured', () => {
    const absent = Object.keys(UNKNOWN_WORK);
    const old = Object.fromEntries(Object.entries(madeEcho('c', 300)).filter(([name]) => !absent.includes(name)));
    const document = renderReport([madeEchoFile({ results: [old as unknown as EchoResult] })]);
    assert.match(words(document), /inside the clock: no row of this result can tell\./);
    assert.doesNotMatch(document, /NaN|undefined/);
  });

  it('puts the thread beside today, and says what is no contender for its order', () => {
    const seen = words(renderReport([madeEchoFile()]));
    assert.match(seen, /Tornado, read_into tornado-read-into 950 – not measured –/);
    assert.match(seen, /landfall, FramedProtocol landfall – 1,234 1,222–1,246/);
    assert.match(seen, /Tornado, read_into in 2017: a note of its own\./);
    assert.match(seen, /uvloop-protocol was not measured: its place is unknown\./);
  });

  it('draws lines over several sizes, and only bars over one', () => {
    assert.match(words(renderReport([madeFloodFile()])), /Time for a frame: Other languages/);
    const [size] = [16];
    const { results, options } = madeFloodFile();
    const one = madeFloodFile({
      results: results.filter(({ frameBytes }) => frameBytes === size),
      options: { ...options, frameBytes: [16] },
    });
    const seen = words(renderReport([one]));
    assert.doesNotMatch(seen, /Time for a frame/);
    assert.match(seen, /Frames of 16 bytes, a second/);
  });

  it('says so when suites ran on different machines', () => {
    const other = madeFloodFile({ machine: { ...MADE_MACHINE, cpu: 'Another processor' } });
    assert.match(words(renderReport([madeEchoFile(), other])), /different machines or versions/);
    assert.doesNotMatch(words(renderReport(madeFiles())), /different machines or versions/);
  });
});
