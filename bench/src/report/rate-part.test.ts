import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { foldRates, rateSample } from '../harness/rates.js';
import type { FloodResultFile, Machine, RateResult, WriteResultFile } from '../harness/result.js';
import { renderReport } from './report.js';

const HOSTILE = `<script>alert('x')</script>`;
const MACHINE: Machine = {
  cpu: 'A processor',
  cores: 2,
  memoryBytes: 8e9,
  system: 'Linux 6.1.0',
  architecture: 'x64',
  node: '20.20.2',
  landfall: '0.1.0',
  commit: null,
};
const RUN = { machine: MACHINE, startedAt: '2026-11-23T07:40:00.000Z', failed: [], interrupted: false };

function row(contender: string, frameBytes: number, frames: number): RateResult {
  const samples = [rateSample(0, frames, { seconds: 2, cpuSeconds: 1 })];
  return { contender, runtime: 'node 20.20.2', ...foldRates(samples, frameBytes) };
}

function flood(name = 'landfall'): FloodResultFile {
  return {
    ...RUN,
    suite: 'flood',
    options: { frameBytes: [16, 1000], amount: { seconds: 2 }, rounds: 1 },
    results: [
      { ...row(name, 16, 2e8), ratioToC: 0.5, ratioToGo: 2, copiedBytesPerByte: 0.001 },
      { ...row('c', 16, 4e8), ratioToC: 1, ratioToGo: 4, copiedBytesPerByte: null },
      { ...row(name, 1000, 8e6), ratioToC: null, ratioToGo: null, copiedBytesPerByte: 0 },
    ],
    missing: [{ contender: 'go-bufio', why: 'no go', remedy: 'install it' }],
  };
}

const WRITE: WriteResultFile = {
  ...RUN,
  suite: 'write',
  options: { frameBytes: 100, frames: 1_000_000, rounds: 1 },
  results: [{ ...row('landfall', 100, 1e6), ratioToNodeWrite: 30, ratioToNodeCork: 1.5 }],
  missing: [],
};

function words(document: string): string {
  return document
    .replace(/<style>.*?<\/style>/s, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');
}

describe('the report on frames in one direction', () => {
  it('has a table for each frame size, fastest row first', () => {
    const seen = words(renderReport([flood()]));
    assert.match(seen, /frames for 2 s a turn, in 1 alternating round; medians/);
    assert.match(seen, /Frames of 16 bytes .* c 200 200–200 1\.00 4\.00 3,200 2\.5 – landfall 100 100–100 0\.50 2\.00/);
    assert.match(seen, /Frames of 1 kB .* landfall 4 4–4 – – 4,000 125 0/);
  });

  it('names what is missing', () => {
    const seen = words(renderReport([flood()]));
    assert.match(seen, /go-bufio not here/);
    assert.match(seen, /Missing here go-bufio : no go . To get it: install it/);
  });

  it('shows what was written beside it', () => {
    const seen = words(renderReport([flood(), WRITE]));
    assert.match(seen, /Frames written 1,000,000 frames of 100 bytes a turn/);
    assert.match(seen, /landfall 0\.5 0\.5–0\.5 30\.00 1\.50 50 1,000/);
  });

  it('escapes whatever the data says', () => {
    assert.doesNotMatch(renderReport([flood(HOSTILE)]), /<script/);
  });
});
