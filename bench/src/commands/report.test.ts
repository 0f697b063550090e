import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { ResultFile } from '../harness/result.js';
import { madeEchoFile, madeFloodFile } from '../testing/made-files.js';
import { startBenchInto } from '../testing/run-bench.js';

describe('bench report', () => {
  let out: string;

  before(async () => {
    out = await mkdtemp(join(tmpdir(), 'landfall-report-'));
    await mkdir(join(out, 'results'));
  });

  after(() => rm(out, { recursive: true, force: true }));

  const keep = (name: string, file: ResultFile): Promise<void> =>
    writeFile(join(out, 'results', name), JSON.stringify(file));

  it('says what to run when nothing has been measured', async () => {
    const { status, stderr } = await startBenchInto(out, 'report').outcome;
    assert.equal(status, 1);
    assert.match(stderr, /nothing has been measured yet: run/);
  });

  it('draws whole results, and a stopped one where there is no whole one', async () => {
    await keep('echo.json', madeEchoFile());
    await keep('echo-interrupted.json', madeEchoFile({ interrupted: true }));
    await keep('flood-interrupted.json', madeFloodFile({ interrupted: true }));
    const { status, stdout } = await startBenchInto(out, 'report').outcome;
    assert.equal(status, 0);
    const document = await readFile(stdout.trim(), 'utf8');
    assert.match(document, /The suite flood was stopped/);
    assert.doesNotMatch(document, /The suite echo was stopped/);
    assert.match(document, /The suite ping has no result file here/);
  });
});
