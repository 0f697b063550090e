import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EchoResult, EchoResultFile } from '../harness/result.js';
import { renderReport } from './report.js';

const PLOTS = 4;
const HOSTILE = `<script src="//evil.example">alert('x')</script>&"`;

function row(contender: string, changes: Partial<EchoResult> = {}): EchoResult {
  return {
    contender,
    frameBytes: 3_000_000,
    frames: 4,
    verifiedFrames: 2,
    mbPerSec: 1_234.5,
    mbPerSecMin: 1_000,
    mbPerSecMax: 1_500,
    samples: [
      { round: 0, frames: 2, seconds: 0.006, mbPerSec: 1_000, cpuSeconds: 0.01 },
      { round: 1, frames: 2, seconds: 0.004, mbPerSec: 1_500, cpuSeconds: null },
    ],
    cpuSecPerGB: 1.25,
    idleRssBytes: 40_000_000,
    peakRssBytes: 50_000_000,
    clientPeakRssBytes: 60_000_000,
    copiedBytesPerByte: 0,
    runtime: 'node 20.20.2',
    ...changes,
  };
}

function file(changes: Partial<EchoResultFile> = {}): EchoResultFile {
  return {
    suite: 'echo',
    machine: {
      cpu: 'A processor',
      cores: 2,
      memoryBytes: 8e9,
      system: 'Linux 6.1.0',
      architecture: 'x64',
      node: '20.20.2',
      landfall: '0.1.0',
      commit: null,
    },
    startedAt: '2026-11-23T07:40:00.000Z',
    options: { frameBytes: 3_000_000, frames: 4, rounds: 2, client: 'same' },
    results: [row('landfall'), row('node-data', { mbPerSec: 500, copiedBytesPerByte: 1 })],
    missing: [],
    failed: [],
    interrupted: false,
    thread2017: [{ contender: 'tornado-read-into', mbPerSec: 950, note: 'a note of its own' }],
    ...changes,
  };
}

const NOTHING_KNOWN = {
  cpuSecPerGB: null,
  idleRssBytes: null,
  peakRssBytes: null,
  clientPeakRssBytes: null,
  copiedBytesPerByte: null,
};

/** The report without its own style and elements: what a reader sees. */
function words(document: string): string {
  return document
    .replace(/<style>.*?<\/style>/s, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');
}

describe('the report', () => {
  it('refers to nothing outside itself and holds no script', () => {
    const document = renderReport([file()]);
    assert.doesNotMatch(document, /https?:|\/\/[a-z]|\bsrc\s*=|\bhref\s*=|@import|<script|<link|<img/i);
    assert.doesNotMatch(document, /url\((?!data:)/i);
  });

  it('has one picture per plot, which scales with its column', () => {
    const pictures = renderReport([file()]).match(/<svg [^>]*>/g) ?? [];
    assert.equal(pictures.length, PLOTS);
    for (const picture of pictures) {
      assert.match(picture, /viewBox="0 0 \d+ \d+"/);
      assert.doesNotMatch(picture, / (width|height)=/);
    }
  });

  it('takes every colour of a picture from the page, so that light and dark both read', () => {
    const pictures = renderReport([file()]).match(/<svg .*?<\/svg>/gs) ?? [];
    for (const picture of pictures) {
      for (const [, color] of picture.matchAll(/(?:fill|stroke)="([^"]*)"/g))
        assert.match(`${color}`, /^(none|var\(--)/);
    }
  });

  it('is the same for the same figures', () => {
    assert.equal(renderReport([file()]), renderReport([file()]));
  });

  it('escapes whatever the data says', () => {
    const hostileMachine = { ...file().machine, cpu: HOSTILE, system: HOSTILE, commit: HOSTILE };
    const document = renderReport([
      file({
        machine: hostileMachine,
        startedAt: HOSTILE,
        results: [row(HOSTILE, { runtime: HOSTILE })],
        missing: [{ contender: HOSTILE, why: HOSTILE, remedy: HOSTILE }],
        failed: [{ contender: HOSTILE, error: HOSTILE }],
        thread2017: [{ contender: HOSTILE, mbPerSec: 1, note: HOSTILE }],
      }),
    ]);
    assert.doesNotMatch(document, /<script|src="|alert\('x'\)/);
  });

  it('puts the thread of 2017 in a labelled column, also for rows that were not measured', () => {
    const seen = words(renderReport([file()]));
    assert.match(seen, /the thread, 2017 \(100 MB frames, another machine\)/);
    assert.doesNotMatch(seen, /the same task/);
    const same = { ...file().options, frameBytes: 100_000_000 };
    assert.match(words(renderReport([file({ options: same })])), /the same task/);
    assert.match(seen, /tornado-read-into not measured here – 950 \(a note of its own\)/);
  });

  it('names what is missing and what failed', () => {
    const missing = [{ contender: 'uvloop-buffered', why: 'no python3', remedy: 'install it' }];
    const seen = words(renderReport([file({ missing, failed: [{ contender: 'c', error: 'it fell over' }] })]));
    assert.match(seen, /Missing here uvloop-buffered : no python3 . To get it: install it/);
    assert.match(seen, /Failed c : it fell over/);
  });

  it('shows a dash for what is not known, and a sentence where no row knows a figure', () => {
    const document = renderReport([file({ results: [row('node-web', NOTHING_KNOWN)] })]);
    assert.equal((document.match(/<svg /g) ?? []).length, 1);
    assert.equal((document.match(/No row can tell this figure here\./g) ?? []).length, PLOTS - 1);
    assert.match(words(document), /node-web node 20\.20\.2 1,235 1,000 1,500 – – – – – 4 2/);
  });

  it('states the frames and rounds that were timed, not those that were asked for', () => {
    const options = { ...file().options, frames: 40, rounds: 20 };
    const seen = words(renderReport([file({ options, results: [row('landfall'), row('node-data', { frames: 3 })] })]));
    assert.match(seen, /3–4 timed frames each in 2 rounds/);
    assert.match(seen, /spread over 2 rounds/);
  });

  it('renders a run that was stopped before anything was measured', () => {
    const seen = words(renderReport([file({ results: [], interrupted: true })]));
    assert.match(seen, /stopped before its last round/);
    assert.doesNotMatch(seen, /At a glance|All figures/);
  });

  it('renders with no result at all', () => {
    assert.match(renderReport([]), /^<!doctype html>/);
  });
});
