/**
 * The program of every Node row, by the contract of bench/README.md:
 *
 *     node main.js NAME server --port 0 --prefix u64le --max-frame-bytes N
 *     node main.js NAME client --port P --prefix u64le --frame-bytes N --max-frame-bytes M
 *
 * and `--tls FOLDER` for encrypted connections.
 */
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { CollectionWatch } from '../harness/collections.js';
import { EchoDriver } from './client-role.js';
import type { Contender, EndpointOptions } from './contender.js';
import { loadNodeContender } from './node-contenders.js';
import { MIN_FRAME_BYTES } from './payload.js';
import { PREFIXES } from './prefix.js';
import { serveEcho } from './server-role.js';
import { readIdentity } from './tls-identity.js';

function print(event: string, fields: object): void {
  process.stdout.write(`${JSON.stringify({ event, ...fields })}\n`);
}

function complain(line: string): void {
  process.stderr.write(`${line}\n`);
}

async function runServer(contender: Contender, port: number, options: EndpointOptions): Promise<void> {
  const server = await serveEcho(contender, port, { ...options, log: complain });
  const watch = new CollectionWatch();
  print('listening', { port: server.port });
  for await (const line of createInterface({ input: process.stdin })) {
    if (line !== 'stats') throw new Error(`unknown command: ${line}`);
    print('stats', { ...server.traffic(), ...(await watch.soFar()) });
  }
  process.exit(0);
}

async function runClient(
  contender: Contender,
  port: number,
  options: EndpointOptions & { frameBytes: number },
): Promise<void> {
  const driver = await EchoDriver.connect(contender, port, options);
  print('connected', {});
  for await (const line of createInterface({ input: process.stdin })) {
    const [command, argument] = line.split(' ');
    if (command === 'quit') break;
    await obey(driver, command, argument);
  }
  driver.close();
  process.exit(0);
}

async function obey(driver: EchoDriver, command: string | undefined, argument: string | undefined): Promise<void> {
  if (command === 'stats') {
    print('stats', driver.traffic());
    return;
  }
  const frames = wholeNumber(command ?? 'command', argument, 1);
  if (command === 'verify') {
    await driver.verify(frames);
    print('verified', { frames });
    return;
  }
  if (command !== 'run') throw new Error(`unknown command: ${command}`);
  await driver.run(frames, (seconds) => print('ran', { frames, seconds }));
  print('checked', {});
}

function wholeNumber(name: string, text: string | undefined, least: number): number {
  const number = Number(text);
  if (text === undefined || !Number.isSafeInteger(number) || number < least) {
    throw new Error(`${name} wants a whole number of at least ${least}, not ${text ?? 'nothing'}`);
  }
  return number;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      port: { type: 'string' },
      prefix: { type: 'string', default: 'u64le' },
      'frame-bytes': { type: 'string' },
      'max-frame-bytes': { type: 'string' },
      tls: { type: 'string' },
    },
  });
  const [name = '', role] = positionals;
  const contender = await loadNodeContender(name);
  const prefix = PREFIXES[values.prefix];
  if (contender === undefined) throw new Error(`no such row: ${name}`);
  if (prefix === undefined) throw new Error(`no such prefix: ${values.prefix}`);
  const maxFrameBytes = wholeNumber('--max-frame-bytes', values['max-frame-bytes'], 0);
  const tls = values.tls === undefined ? undefined : await readIdentity(values.tls);
  const options = { prefix, maxFrameBytes, tls };
  if (role === 'server') return runServer(contender, wholeNumber('--port', values.port, 0), options);
  if (role !== 'client') throw new Error(`no such role: ${role ?? 'none'}`);
  const frameBytes = wholeNumber('--frame-bytes', values['frame-bytes'], MIN_FRAME_BYTES);
  return runClient(contender, wholeNumber('--port', values.port, 1), { ...options, frameBytes });
}

try {
  await main();
} catch (error) {
  complain(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
