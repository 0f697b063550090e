/**
 * The program of every Node row of the PostgreSQL suite, by the contract of bench/README.md:
 *
 *     node main.js NAME --host H --port P --user U --database D [--tls] --connections N --text SQL [--arg=JSON]…
 *     node main.js NAME … --text SQL --row JSON --count N
 *     node main.js NAME … --text SQL --value-bytes N
 */
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import type { Copies } from '../../harness/copies.js';
import { sumOfKnown } from '../../harness/statistics.js';
import { Stopwatch } from '../../harness/stopwatch.js';
import type { Place } from '../place.js';
import { fillingTask, rowsTask, type Task } from '../query.js';
import { answerOf } from './answer.js';
import type { Client } from './client.js';
import { loadNodeClient } from './node-clients.js';

function print(event: string, fields: object): void {
  process.stdout.write(`${JSON.stringify({ event, ...fields })}\n`);
}

/** Does a task once; resolves to the number of its rows. */
function askOnce(client: Client, { kind, text, args, rows }: Task): () => Promise<number> {
  if (kind === 'rows') return async () => (await client.rows(text, args)).length;
  return async () => {
    await client[kind](text, rows);
    return rows.length;
  };
}

/** Shows what each connection receives. */
async function answer(clients: readonly Client[], task: Task): Promise<void> {
  for (const client of clients) {
    if (task.kind === 'rows') {
      const rows = await client.rows(task.text, task.args);
      print('answered', { count: rows.length, ...answerOf(rows) });
    } else print('answered', { count: await askOnce(client, task)() });
  }
}

/** Asks again and again over each connection, one query at a time, until the time is over. */
async function run(clients: readonly Client[], task: Task, milliseconds: number): Promise<void> {
  const endMs = performance.now() + milliseconds;
  let [queries, rows] = [0, 0];
  const keepAsking = async (ask: () => Promise<number>): Promise<void> => {
    do {
      const count = await ask();
      rows += count;
      queries += 1;
    } while (performance.now() < endMs);
  };
  const stopwatch = new Stopwatch();
  await Promise.all(clients.map((client) => keepAsking(askOnce(client, task))));
  print('ran', { queries, rows, ...stopwatch.lap(), ...copiesOf(clients) });
}

/** Of all connections since they were opened; null where they do not know. */
function copiesOf(clients: readonly Client[]): Record<keyof Copies, number | null> {
  const copies = clients.map((client) => client.copies?.());
  return {
    bytesReceived: sumOfKnown(copies.map((each) => each?.bytesReceived ?? null)),
    bytesCopied: sumOfKnown(copies.map((each) => each?.bytesCopied ?? null)),
  };
}

function readOptions(): { name: string; place: Place; task: Task; connections: number } {
  const text = { type: 'string' } as const;
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      ...{ host: text, port: text, user: text, database: text, connections: text, text, row: text },
      ...{ count: text, 'value-bytes': text },
      tls: { type: 'boolean', default: false },
      arg: { type: 'string', multiple: true, default: [] },
    },
  });
  const { host = '', user = '', database = '', tls, row } = values;
  const password = process.env['PGPASSWORD'] ?? '';
  const args = values.arg.map((each) => JSON.parse(each) as unknown);
  const statement = values.text ?? '';
  return {
    name: positionals[0] ?? '',
    place: { host, port: Number(values.port), user, password, database, tls },
    task:
      row === undefined
        ? rowsTask(statement, args, Number(values['value-bytes'] ?? 0))
        : fillingTask(statement, JSON.parse(row), Number(values.count)),
    connections: Number(values.connections),
  };
}

async function main(): Promise<void> {
  const { name, place, task, connections } = readOptions();
  const open = await loadNodeClient(name);
  if (open === undefined) throw new Error(`no such row: ${name}`);
  const clients = await Promise.all(Array.from({ length: connections }, () => open(place, task)));
  print('connected', {});
  for await (const line of createInterface({ input: process.stdin })) {
    const [command, argument] = line.split(' ');
    if (command === 'answer') await answer(clients, task);
    else if (command === 'run') await run(clients, task, Number(argument));
    else throw new Error(`unknown command: ${line}`);
  }
  await Promise.all(clients.map((client) => client.close()));
  process.exit(0);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
