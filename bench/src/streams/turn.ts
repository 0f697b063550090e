/**
 * One turn: a fresh receiver, and the sender in front of it. First a megabyte or so whose every byte is compared by a
 * digest, then the clock. Everything sent has to be counted.
 */
import { fileURLToPath } from 'node:url';
import { numberField, type ProgramEvent } from '../harness/child.js';
import { withChildren } from '../harness/children.js';
import { peakResidentBytes, usageOf } from '../harness/process-usage.js';
import type { StreamsTask } from '../harness/result.js';

/** What to run. */
export interface StreamsTurn {
  reader: string;
  task: StreamsTask;
  itemBytes: number;
  seconds: number;
  /** Ends both processes at once. */
  signal: AbortSignal;
}

/** What the receiver counted. */
export interface StreamsMeasurement {
  items: number;
  seconds: number;
  cpuSeconds: number;
  /** Of the receiver, which has not ended yet when it is read. */
  peakRssBytes: number | null;
  bytesReceived: number;
  bytesCopied: number | null;
}

const SENDER = fileURLToPath(new URL('./sender.js', import.meta.url));
const RECEIVER = fileURLToPath(new URL('./receiver.js', import.meta.url));
const VERIFIED_BYTES = 1_000_000;
const START_DEADLINE_MS = 30_000;
/** A hundredth of what the slowest row does: slower than that, something hangs. */
const SLOWEST_BYTES_PER_MS = 2000;

/** Runs one turn. */
export function runStreamsTurn({ reader, task, itemBytes, seconds, signal }: StreamsTurn): Promise<StreamsMeasurement> {
  return withChildren(signal, async (start) => {
    const node = (...args: string[]) => ({ command: process.execPath, args });
    const size = ['--item-bytes', String(itemBytes)];
    const verifyItems = Math.ceil(VERIFIED_BYTES / itemBytes);
    const receiving = start(reader, node(RECEIVER, reader, 'receive', ...size));
    const port = numberField(await receiving.event('listening', START_DEADLINE_MS), 'port');
    const amount = ['--verify-items', String(verifyItems), '--milliseconds', String(Math.round(seconds * 1000))];
    const sending = start(
      `sender to ${reader}`,
      node(SENDER, 'send', '--task', task, '--port', String(port), ...size, ...amount),
    );
    const timeoutMs = START_DEADLINE_MS + (VERIFIED_BYTES + itemBytes) / SLOWEST_BYTES_PER_MS;
    verify(reader, await Promise.all([sending, receiving].map((child) => child.event('verified', timeoutMs))));
    const timedMs = timeoutMs + seconds * 1000;
    const [sent, received] = await Promise.all([sending.event('sent', timedMs), receiving.event('received', timedMs)]);
    return { ...measurementOf(reader, itemBytes, sent, received), peakRssBytes: usageOf(peakResidentBytes, receiving) };
  });
}

/** @throws {Error} What arrived is not what was sent, or was cut elsewhere. */
function verify(reader: string, [sent, received]: readonly ProgramEvent[]): void {
  if (sent?.digest === received?.digest && sent?.items === received?.items) return;
  throw new Error(`${reader} received something else than was sent: ${JSON.stringify({ sent, received })}`);
}

function measurementOf(
  reader: string,
  itemBytes: number,
  sent: ProgramEvent,
  received: ProgramEvent,
): Omit<StreamsMeasurement, 'peakRssBytes'> {
  const items = numberField(received, 'items');
  const bytes = numberField(received, 'bytes');
  const sentItems = numberField(sent, 'items');
  if (items !== sentItems || bytes !== items * itemBytes) {
    throw new Error(`${reader} counted ${items} of ${bytes} bytes; sent were ${sentItems} of ${itemBytes} each`);
  }
  return {
    items,
    seconds: numberField(received, 'seconds'),
    cpuSeconds: numberField(received, 'cpuSeconds'),
    bytesReceived: numberField(received, 'bytesReceived'),
    bytesCopied: received.bytesCopied === null ? null : numberField(received, 'bytesCopied'),
  };
}
