import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { connect } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { openStream } from 'landfall';

const certificates = fileURLToPath(new URL('../../packages/landfall/test/tls/certificates/', import.meta.url));
const ca = readFileSync(join(certificates, 'ca.pem'));
const large = randomBytes(1_000_000);
const largeParts = 300;
const timeoutMs = 30_000;

let scratch: string;
let server: ChildProcess;
let port: number;

before(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'landfall-files-'));
  const folder = join(scratch, 'files');
  mkdirSync(folder);
  writeFileSync(join(folder, 'small.txt'), 'land in sight\n');
  writeFileSync(join(folder, 'empty'), '');
  for (let part = 0; part < largeParts; part++) writeFileSync(join(folder, 'large'), large, { flag: 'a' });
  writeFileSync(join(scratch, 'secret'), 'not for you');
  symlinkSync(join(scratch, 'secret'), join(folder, 'link'));
  mkdirSync(join(folder, 'folder'));
  const file = fileURLToPath(new URL('file-server.js', import.meta.url));
  const identity = [join(certificates, 'server.pem'), join(certificates, 'server.key')];
  server = spawn(process.execPath, [file, folder, ...identity], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: server.stdout! });
  const [line] = await once(lines, 'line', { signal: AbortSignal.timeout(timeoutMs) });
  port = Number(line);
});

after(async () => {
  const gone = once(server, 'exit');
  server.kill();
  await gone;
  rmSync(scratch, { recursive: true });
});

test('the file server sends 300 MB to three clients at once, and keeps little of it', async () => {
  const expected = createHash('sha256');
  for (let part = 0; part < largeParts; part++) expected.update(large);
  const digest = expected.digest('hex');
  const fetchLarge = async (): Promise<string> => {
    await using stream = await openStream({ host: 'localhost', port, tls: { ca } });
    stream.write('large\n');
    assert.equal(await stream.readLine({ timeoutMs }), `${large.length * largeParts}`);
    const hash = createHash('sha256');
    for (let part = 0; part < largeParts; part++) hash.update(await stream.readExactly(large.length, { timeoutMs }));
    return hash.digest('hex');
  };
  assert.deepEqual(await Promise.all([fetchLarge(), fetchLarge(), fetchLarge()]), [digest, digest, digest]);
  if (process.platform !== 'linux') return console.log('skipped in part: only Linux tells how much memory was used');
  const peakKiB = Number(/VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))?.[1]);
  assert.ok(peakKiB < 250_000, `${peakKiB} KiB`);
});

test('the file server has nothing for who asks for what is outside, no file, or not there, and goes on', async () => {
  await using stream = await openStream({ host: 'localhost', port, tls: { ca } });
  for (const name of ['../secret', join(scratch, 'secret'), 'link', 'folder', '', '.', 'nothing', 'small.txt\0'])
    stream.write(`${name}\n`);
  for (let i = 0; i < 8; i++) assert.equal(await stream.readLine({ timeoutMs }), '! no such file');
  stream.write('empty\nsmall.txt\n');
  assert.equal(await stream.readLine({ timeoutMs }), '0');
  assert.equal(await stream.readLine({ timeoutMs }), '14');
  assert.equal(await stream.readLine({ timeoutMs }), 'land in sight');
});

test('the file server serves a client that is Node’s', async () => {
  const socket = connect({ host: 'localhost', port, ca });
  const lines = createInterface({ input: socket });
  socket.write('small.txt\n');
  const received: string[] = [];
  for await (const line of lines) if (received.push(line) === 2) socket.end();
  assert.deepEqual(received, ['14', 'land in sight']);
});

const openssl = spawnSync('openssl', ['version']).status === 0;

test('the file server serves openssl’s client', { skip: !openssl && 'openssl is missing' }, async () => {
  const trust = ['-CAfile', join(certificates, 'ca.pem'), '-verify_return_error', '-verify_hostname', 'localhost'];
  const client = spawn('openssl', ['s_client', '-quiet', '-connect', `127.0.0.1:${port}`, ...trust], {
    stdio: ['pipe', 'pipe', 'ignore'],
    timeout: timeoutMs,
  });
  client.stdin.write('small.txt\n');
  const received: string[] = [];
  for await (const line of createInterface({ input: client.stdout })) if (received.push(line) === 2) client.kill();
  assert.deepEqual(received, ['14', 'land in sight']);
});
