/**
 * Calls while either side dies at random: the server is killed and started again, connections are aborted on both sides.
 * Every call that was acknowledged was applied exactly once, every other ended in a typed error, and none hung.
 *
 * With LANDFALL_LONG=1 it makes 100,000 calls; with LANDFALL_SEED=n, those of another run.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { LandfallError } from 'landfall';
import { seededRandom } from '../../dist/testing/random.js';
import { within } from '../../dist/testing/waiting.js';
import { RunningProgram } from '../support/running-programs.js';
import { Quiet } from './aftermath.js';
import { type Caller, pullCaller, pushCaller } from './rpc-client.js';
import { payloadOf, sumOf } from './rpc-wire.js';

const IS_LONG = process.env['LANDFALL_LONG'] === '1';
const CALLS = IS_LONG ? 100_000 : 4_000;
const SEED = Number(process.env['LANDFALL_SEED'] ?? 1);
const CALLS_PER_KILL = IS_LONG ? 2_500 : 1_000;
/** One in so many calls is followed by an abort of its connection, with others under way. */
const CALLS_PER_ABORT = 200;
const CONNECTIONS = 16;
const CALLS_UNDER_WAY = 8;
const DEADLINE_MS = IS_LONG ? 200_000 : 60_000;
const PROGRAM = fileURLToPath(new URL('./rpc-server.js', import.meta.url));

/** The server that is killed and started again, on the same ports. */
class MortalServer {
  readonly #journal: string;
  #ports: readonly string[] = [];
  #program: RunningProgram | null = null;
  /** Resolves once there is a server. */
  #isUp: Promise<void>;
  kills = 0;

  constructor(journal: string) {
    this.#journal = journal;
    this.#isUp = this.#start();
  }

  /** @param face 0 to be called by pushing, 1 by pulling. */
  async port(face: number): Promise<number> {
    await this.#isUp;
    return Number(this.#ports[face]);
  }

  kill(): void {
    const killed = this.#program;
    if (killed === null) return;
    this.#program = null;
    this.kills++;
    killed.kill('SIGKILL');
    this.#isUp = killed[Symbol.asyncDispose]().then(() => this.#start());
  }

  async #start(): Promise<void> {
    const program = new RunningProgram(process.execPath, [
      PROGRAM,
      this.#journal,
      String(SEED + this.kills),
      ...this.#ports,
    ]);
    const [, ...ports] = await program.untilPrinted(/listening (\d+) (\d+)/);
    this.#ports = ports;
    this.#program = program;
  }

  async stop(): Promise<void> {
    await this.#isUp;
    await this.#program?.[Symbol.asyncDispose]();
  }
}

/** What became of the calls. */
interface Outcome {
  readonly acknowledged: Set<number>;
  readonly failures: Map<string, number>;
  aborts: number;
  begun: number;
}

/** Calls over one connection after the other, until all calls are made. */
async function keepCalling(slot: number, server: MortalServer, outcome: Outcome): Promise<void> {
  const random = seededRandom(SEED * 1_000 + slot);
  const open = slot % 2 === 0 ? pushCaller : pullCaller;
  while (outcome.begun < CALLS) {
    let caller: Caller;
    try {
      caller = await open(await server.port(slot % 2));
    } catch (error) {
      // Killed after it was up: the next one is being started.
      note(outcome, error);
      continue;
    }
    const lanes = Array.from({ length: CALLS_UNDER_WAY }, () => callInTurn(caller, server, outcome, random));
    await Promise.all(lanes);
    await caller.close();
  }
}

async function callInTurn(caller: Caller, server: MortalServer, outcome: Outcome, random: () => number): Promise<void> {
  while (!caller.isOver && outcome.begun < CALLS) {
    const id = outcome.begun++;
    if (id > 0 && id % CALLS_PER_KILL === 0) server.kill();
    const calling = caller.call(id, bytesOf(id));
    if (random() * CALLS_PER_ABORT < 1) {
      outcome.aborts++;
      caller.abort();
    }
    try {
      await calling;
      outcome.acknowledged.add(id);
    } catch (error) {
      note(outcome, error);
    }
  }
}

/** Mostly small, now and then one that lands in memory of its own. */
function bytesOf(id: number): number {
  return id % 50 === 49 ? 100_000 + (id % 1_000) : 1 + (id % 300);
}

/** Counts a failure by its code. @throws {unknown} It is not a typed one. */
function note({ failures }: Outcome, error: unknown): void {
  if (!(error instanceof LandfallError)) throw error;
  failures.set(error.code, (failures.get(error.code) ?? 0) + 1);
}

/** How often each id was applied. @throws {Error} One was applied with other bytes than were sent. */
function applied(journal: string): Map<number, number> {
  const times = new Map<number, number>();
  for (const line of readFileSync(journal, 'latin1').split('\n')) {
    if (line === '') continue;
    const [id, sum] = line.split(' ').map(Number) as [number, number];
    const payload = payloadOf(id, bytesOf(id));
    assert.equal(sum, sumOf(payload, 0, payload.length), `what was applied as ${id}`);
    times.set(id, (times.get(id) ?? 0) + 1);
  }
  return times;
}

test(`14, 123: ${CALLS} calls while either side dies: acknowledged means applied once, the rest are typed errors, none hangs`, {
  timeout: DEADLINE_MS + 20_000,
}, async (context) => {
  await using _quiet = new Quiet();
  const folder = mkdtempSync(join(tmpdir(), 'landfall-calls-'));
  const journal = join(folder, 'journal');
  const outcome: Outcome = { acknowledged: new Set(), failures: new Map(), aborts: 0, begun: 0 };
  const server = new MortalServer(journal);
  try {
    const slots = Array.from({ length: CONNECTIONS }, (_, slot) => keepCalling(slot, server, outcome));
    await within('every call', Promise.all(slots), DEADLINE_MS);
    await server.stop();
    const times = applied(journal);
    for (const id of outcome.acknowledged) assert.equal(times.get(id), 1, `acknowledged call ${id}`);
    for (const [id, count] of times) assert.equal(count, 1, `call ${id}`);
    const failed = [...outcome.failures].map(([code, count]) => `${count} ${code}`).join(', ');
    const unanswered = times.size - outcome.acknowledged.size;
    context.diagnostic(
      `${outcome.begun} calls: ${outcome.acknowledged.size} acknowledged, ${unanswered} applied and not acknowledged; ` +
        `errors: ${failed}; ${server.kills} kills, ${outcome.aborts} aborts by clients (seed ${SEED})`,
    );
    assert.ok(outcome.acknowledged.size > CALLS / 3, 'most calls get through');
    assert.ok(server.kills >= 2 && outcome.aborts >= 3);
    for (const code of outcome.failures.keys())
      assert.ok(['ERR_LOST', 'ERR_CLOSED', 'ERR_INCOMPLETE'].includes(code), code);
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true });
  }
});
