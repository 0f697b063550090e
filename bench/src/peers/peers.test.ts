import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Child, numberField } from '../harness/child.js';
import { RawClient } from '../testing/raw-client.js';
import { DEBIAN_ROW } from './asyncpg-peers.js';
import {
  findFloodPeers,
  findPeers,
  findPostgresPeers,
  type MissingPeer,
  type PeerCommand,
  type Peers,
} from './peers.js';
import { ProgramError, runProgram } from './run-program.js';

const DEADLINE_MS = 20_000;
const LIMIT_BYTES = 1_000_000;
/** These run the programs of Node's rows, which have tests of their own. */
const NODE_PEERS = ['bun-landfall', 'bun-node-data', 'deno-landfall', 'deno-node-data', 'it-length-prefixed'];
const PEERS = [
  ...NODE_PEERS,
  'asyncio-buffered',
  'asyncio-protocol',
  'c',
  'tokio',
  'tornado-read-bytes',
  'tornado-read-into',
  'uvloop-buffered',
  'uvloop-protocol',
].sort();

const FLOOD_PEERS = [...NODE_PEERS, 'c', 'go-bufio', 'go-peek', 'tokio'].sort();

const POSTGRES_PEERS = ['asyncpg', 'asyncpg-debian', 'discard', 'pgx'];

const { found, missing } = await findPeers();
const flood = await findFloodPeers();
const postgres = await findPostgresPeers();

function isNative({ contender }: PeerCommand): boolean {
  return !NODE_PEERS.includes(contender);
}

/** Runs `use` with the program in one of its roles; it has to end by itself when its input does. */
async function withRole(
  peer: PeerCommand,
  role: readonly string[],
  use: (child: Child) => Promise<void>,
): Promise<void> {
  const options = ['--prefix', 'u64le', '--max-frame-bytes', String(LIMIT_BYTES)];
  const command = { command: peer.command, args: [...peer.args, ...role, ...options] };
  const child = new Child(`${peer.contender} ${role[0]}`, command);
  try {
    await use(child);
    await child.end(DEADLINE_MS);
  } finally {
    child.kill();
    await child.gone(DEADLINE_MS);
  }
}

async function withServer(peer: PeerCommand, use: (port: number, server: Child) => Promise<void>): Promise<void> {
  await withRole(peer, ['server', '--port', '0'], async (server) => {
    await use(numberField(await server.event('listening', DEADLINE_MS), 'port'), server);
  });
}

/** A client of `peer` verifies and times frames against the server at `port`. */
async function exchangeFrames(peer: PeerCommand, port: number, frameBytes: number, frames: number): Promise<void> {
  const role = ['client', '--port', String(port), '--frame-bytes', String(frameBytes)];
  await withRole(peer, role, async (client) => {
    await client.event('connected', DEADLINE_MS);
    client.send(`verify ${frames}`);
    await client.event('verified', DEADLINE_MS);
    client.send(`run ${frames}`);
    assert.ok(numberField(await client.event('ran', DEADLINE_MS), 'seconds') > 0);
    await client.event('checked', DEADLINE_MS);
    client.send('stats');
    const received = numberField(await client.event('stats', DEADLINE_MS), 'bytesReceived');
    assert.equal(received, 2 * frames * (8 + frameBytes));
    client.send('quit');
  });
}

function patterned(seed: number, size: number): Buffer {
  return Buffer.alloc(size, Buffer.from(Array.from({ length: 251 }, (_, index) => (index * seed + seed) & 0xff)));
}

describe('the peers', () => {
  it('are each found or named as missing with a remedy', (t) => {
    const names = [...found, ...missing].map(({ contender }) => contender);
    assert.deepEqual(names.sort(), PEERS);
    const floodNames = [...flood.found, ...flood.missing].map(({ contender }) => contender);
    assert.deepEqual(floodNames.sort(), FLOOD_PEERS);
    const postgresNames = [...postgres.found, ...postgres.missing].map(({ contender }) => contender);
    assert.deepEqual(postgresNames.sort(), POSTGRES_PEERS);
    for (const { contender, why, remedy } of [...missing, ...flood.missing, ...postgres.missing]) {
      assert.ok(why !== '' && remedy !== '');
      t.diagnostic(`NOT TESTED: ${contender} is missing here: ${why}. To get it: ${remedy}`);
    }
  });

  const attended = process.env['CI'] !== 'true' && 'only where tests run unattended (CI=true) must every peer be there';
  it('are all there where tests run unattended', { skip: attended }, () => {
    const none: MissingPeer[] = [];
    assert.deepEqual(
      [...missing, ...flood.missing, ...postgres.missing.filter(({ contender }) => contender !== DEBIAN_ROW)],
      none,
      'with CI=true, `cc`, `go`, `cargo` and `python3` have to be there, and `npm run bench:peers` has run',
    );
  });

  it('say which program is missing', async () => {
    const isMissing = (error: unknown) =>
      error instanceof ProgramError && error.isMissing && /PATH/.test(error.message);
    await assert.rejects(runProgram('no-such-program-anywhere', [], DEADLINE_MS), isMissing);
  });

  it('end a program that takes longer than its deadline', async () => {
    const forever = ['-e', 'setInterval(() => {}, 1000)'];
    await assert.rejects(runProgram(process.execPath, forever, 200), /took longer than 200 ms/);
  });

  it('are found or named in an empty environment too', async () => {
    const program = `
      const { findPeers, findFloodPeers, findPostgresPeers } = await import(process.argv[1]);
      console.log(JSON.stringify(await Promise.all([findPeers(), findFloodPeers(), findPostgresPeers()])));`;
    const url = new URL('./peers.js', import.meta.url).href;
    const run = promisify(execFile)(process.execPath, ['--input-type=module', '-e', program, url], {
      env: { PATH: '' },
      timeout: DEADLINE_MS,
    });
    const all = JSON.parse((await run).stdout) as Peers[];
    const names = all.map(({ found, missing }) => [...found, ...missing].map(({ contender }) => contender).sort());
    assert.deepEqual(names, [PEERS, FLOOD_PEERS, POSTGRES_PEERS]);
  });
});

const c = found.find(({ contender }) => contender === 'c');

describe('the C programs', { skip: c === undefined && 'no C compiler here' }, () => {
  for (const program of ['echo', 'flood', 'swarm', 'discard']) {
    it(`compile without a warning: ${program}.c`, async () => {
      const folder = await mkdtemp(join(tmpdir(), 'landfall-c-'));
      const source = fileURLToPath(new URL(`../../contenders/c/${program}.c`, import.meta.url));
      try {
        const strict = ['-std=c11', '-O2', '-pthread', '-Wall', '-Wextra', '-Wpedantic', '-Werror'];
        await runProgram('cc', [...strict, '-o', join(folder, program), source], DEADLINE_MS);
      } finally {
        await rm(folder, { recursive: true });
      }
    });
  }
});

/** Every peer with a role of its, which refuses options that nobody means. */
const OPTION_READERS = [
  ...found.filter(({ contender }) => contender === 'c').map((peer) => ({ ...peer, role: 'server' })),
  ...flood.found.filter(isNative).map((peer) => ({ ...peer, role: 'receive' })),
];

for (const { command, args, role } of OPTION_READERS) {
  it(`${[basename(command), ...args].join(' ')} refuses options it does not know with status 2`, async () => {
    for (const option of [
      ['--speed', '9'],
      ['--port', '-1'],
    ]) {
      const run = promisify(execFile)(command, [...args, role, ...option], { timeout: DEADLINE_MS });
      await assert.rejects(run, { code: 2 });
    }
  });
}

for (const peer of found.filter(isNative)) {
  describe(`the peer ${peer.contender}`, () => {
    it('verifies and times frames of many sizes against itself', () =>
      withServer(peer, async (port) => {
        for (const frameBytes of [0, 1, 5, 64, 65_536, LIMIT_BYTES]) await exchangeFrames(peer, port, frameBytes, 3);
      }));

    it('serves the C client', { skip: c === undefined && 'no C compiler here' }, () =>
      withServer(peer, (port) => exchangeFrames(c as PeerCommand, port, LIMIT_BYTES, 4)),
    );

    it('receives nothing into memory that still waits to be sent', () =>
      withServer(peer, async (port) => {
        const client = await RawClient.connect(port);
        const frames = Array.from({ length: 24 }, (_, index) => patterned(2 * index + 1, LIMIT_BYTES - index));
        // More than the system buffers hold: answers pile up in the server while it could receive.
        for (const frame of frames) client.sendFrame(frame);
        for (const [index, frame] of frames.entries()) {
          assert.ok((await client.frame()).equals(frame), `frame ${index} is not what was sent`);
        }
        await client.close();
      }));

    it('answers what came before a frame over the limit, and ends that connection only', () =>
      withServer(peer, async (port) => {
        const steady = await RawClient.connect(port);
        const greedy = await RawClient.connect(port);
        greedy.sendFrame(Buffer.from('before'));
        greedy.socket.write(Buffer.alloc(8, 0xff));
        assert.equal((await greedy.frame()).toString(), 'before');
        await greedy.ended();
        steady.sendFrame(Buffer.from('after'));
        assert.equal((await steady.frame()).toString(), 'after');
        await steady.close();
      }));

    it('ends as a client with status 1 and a reason when the server ends early', () =>
      withServer(peer, async (port, server) => {
        const role = ['client', '--port', String(port), '--frame-bytes', '100'];
        const served = withRole(peer, role, async (client) => {
          await client.event('connected', DEADLINE_MS);
          server.kill();
          await server.gone(DEADLINE_MS);
          client.send('verify 1');
          await client.event('verified', DEADLINE_MS);
        });
        await assert.rejects(served, /ended with status 1\n./);
      }));
  });
}
