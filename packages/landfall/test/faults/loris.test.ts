/** Slow lorises: thousands of clients that send a byte now and then, and never a whole line. */
import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openStream } from 'landfall';
import { within } from '../../dist/testing/waiting.js';
import { plainConnection } from '../support/connections.js';
import { RunningProgram } from '../support/running-programs.js';
import { affordable } from './descriptors.js';

const PROGRAM = fileURLToPath(new URL('./loris-program.js', import.meta.url));
const LORISES = affordable(process.env['LANDFALL_LONG'] === '1' ? 10_000 : 2_000);
const LETTERS = 'GET /slow';
/** The socket of Node's, the transport, the protocol, a timer, a promise that waits, and a block for what has arrived. */
const BYTES_EACH_MAX = 12_000;
/** Longer than it takes a busy machine to answer a line, far shorter than if it had to wait for anybody. */
const ANSWER_MS_MAX = 2_000;
const OPENED_AT_A_TIME = 200;

interface Measured {
  readonly held: number;
  readonly received: number;
  readonly connections: number;
  readonly dropped: number;
}

/** The server of lines, as a program of its own. */
class LineServer {
  readonly #program: RunningProgram;
  readonly port: number;
  #measures = 0;

  private constructor(program: RunningProgram, port: number) {
    this.#program = program;
    this.port = port;
  }

  static async start(face: string, timeoutMs: number): Promise<LineServer> {
    const program = new RunningProgram(process.execPath, ['--expose-gc', PROGRAM, face, String(timeoutMs)]);
    const [, port] = await program.untilPrinted(/listening (\d+)/);
    return new LineServer(program, Number(port));
  }

  async measure(): Promise<Measured> {
    this.#measures++;
    this.#program.write('measure\n');
    await this.#program.untilPrinted(new RegExp(`(held [^.]*\\.[^]*){${this.#measures}}`));
    const all = [...this.#program.output.matchAll(/held (\d+) received (\d+) connections (\d+) dropped (\d+)/g)];
    const [held = 0, received = 0, connections = 0, dropped = 0] = all.at(-1)!.slice(1).map(Number);
    return { held, received, connections, dropped };
  }

  /** Measures until it is so. */
  async until(what: string, isSo: (measured: Measured) => boolean): Promise<Measured> {
    const deadline = performance.now() + 20_000;
    for (;;) {
      const measured = await this.measure();
      if (isSo(measured)) return measured;
      if (performance.now() > deadline) throw new Error(`not in time: ${what}; ${JSON.stringify(measured)}`);
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#program[Symbol.asyncDispose]();
  }
}

async function lorises(port: number, count: number): Promise<Socket[]> {
  const sockets: Socket[] = [];
  while (sockets.length < count) {
    const some = Array.from({ length: Math.min(OPENED_AT_A_TIME, count - sockets.length) }, () =>
      plainConnection({ host: '127.0.0.1', port }),
    );
    sockets.push(...(await Promise.all(some)));
  }
  for (const socket of sockets) socket.on('error', () => socket.destroy());
  return sockets;
}

/** How long the server takes to answer an honest client that is there already. */
async function answerMs(stream: Awaited<ReturnType<typeof openStream>>): Promise<number> {
  const begin = performance.now();
  stream.write('honest\n');
  assert.equal(await stream.readLine({ timeoutMs: 20_000 }), 'honest');
  return performance.now() - begin;
}

for (const face of ['FramedProtocol', 'ByteStream', 'FrameStream']) {
  test(`${LORISES} slow lorises cost little each, and others are served meanwhile (${face})`, async (context) => {
    await using server = await LineServer.start(face, 60_000);
    await using honest = await openStream({ host: '127.0.0.1', port: server.port });
    await answerMs(honest);
    const before = await server.measure();
    const sockets = await lorises(server.port, LORISES);
    let slowestMs = 0;
    for (const letter of LETTERS) {
      for (const socket of sockets) socket.write(letter);
      slowestMs = Math.max(slowestMs, await answerMs(honest));
    }
    const all = LORISES * LETTERS.length;
    const { held } = await server.until('every byte has arrived', ({ received }) => received - before.received >= all);
    const each = Math.round((held - before.held) / LORISES);
    context.diagnostic(`${each} bytes each; an honest client's line took ${slowestMs.toFixed(1)} ms at most`);
    assert.ok(each <= BYTES_EACH_MAX, `${each} bytes each`);
    assert.ok(slowestMs <= ANSWER_MS_MAX, `${slowestMs} ms`);
    for (const socket of sockets) socket.write('\n');
    await server.until(
      'the lorises are served in the end',
      ({ received }) => received - before.received >= all + LORISES,
    );
    for (const socket of sockets) socket.destroy();
    await server.until('only the honest one is left', ({ connections }) => connections === 1);
  });

  test(`a deadline for each line drops slow lorises, however many bytes they still send, and nobody else (${face})`, async () => {
    await using server = await LineServer.start(face, 2_000);
    await using honest = await openStream({ host: '127.0.0.1', port: server.port });
    const sockets = await lorises(server.port, 100);
    const gone = sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve)));
    for (const socket of sockets) {
      socket.resume().on('end', () => socket.destroy());
      const timer = setInterval(() => socket.write('x'), 100);
      socket.once('close', () => clearInterval(timer));
    }
    const honestly = setInterval(() => honest.write('honest\n'), 100);
    await within('the drop of every loris', Promise.all(gone));
    clearInterval(honestly);
    const { dropped } = await server.until('one connection', ({ connections }) => connections === 1);
    assert.equal(dropped, sockets.length);
    assert.equal(await honest.readLine({ timeoutMs: 1_000 }), 'honest');
  });
}
