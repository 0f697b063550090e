/** One turn of the flood: a fresh receiver, and the C sender in front of it. Every frame sent has to be counted. */
import { type Child, numberField, type ProgramCommand } from '../harness/child.js';
import { withChildren } from '../harness/children.js';
import { peakResidentBytes, usageOf } from '../harness/process-usage.js';
import type { FloodAmount } from '../harness/result.js';
import { optionalNumber, type TurnWork, workCounts } from '../harness/work.js';

/** What to run. */
export interface FloodTurn {
  name: string;
  receiver: ProgramCommand;
  sender: ProgramCommand;
  /** The payload of every frame; of the longest one where they are mixed. */
  frameBytes: number;
  /** Frames of many sizes, most of them small. */
  isMixed?: boolean;
  amount: FloodAmount;
  /** Is told the receiver's process while it receives. */
  onReceiving?: (receiver: Child) => void;
  /** Ends both processes at once. */
  signal: AbortSignal;
}

/** What the receiver counted. */
export interface FloodMeasurement extends TurnWork {
  seconds: number;
  cpuSeconds: number;
  /** Of the receiver, which has not ended yet when it is read. */
  peakRssBytes: number | null;
  bytesReceived: number;
  bytesCopied: number | null;
}

const START_DEADLINE_MS = 30_000;
/** A hundredth of what the slowest row does: slower than that, something hangs. */
const SLOWEST_FRAMES_PER_MS = 100;
const SLOWEST_BYTES_PER_MS = 2000;
/** The sizes of mixed frames are not known here; nobody waits longer for a turn than this. */
const LONGEST_TURN_MS = 600_000;

/** Runs one turn. */
export function runFloodTurn(turn: FloodTurn): Promise<FloodMeasurement> {
  return withChildren(turn.signal, async (start) => {
    const { name, receiver, sender, frameBytes } = turn;
    const receiveArgs = ['receive', '--port', '0', '--max-frame-bytes', String(frameBytes)];
    const counting = start(name, { ...receiver, args: [...receiver.args, ...receiveArgs] });
    const port = numberField(await counting.event('listening', START_DEADLINE_MS), 'port');
    const sizeArgs = [turn.isMixed === true ? '--mixed-to' : '--frame-bytes', String(frameBytes)];
    const sendArgs = ['send', '--port', String(port), ...sizeArgs, ...amountArgs(turn)];
    const sending = start(`sender to ${name}`, { ...sender, args: [...sender.args, ...sendArgs] });
    const timeoutMs = deadlineMs(turn);
    turn.onReceiving?.(counting);
    const [sent, received] = await Promise.all([
      sending.event('sent', timeoutMs),
      counting.event('received', timeoutMs),
    ]);
    const frames = numberField(received, 'frames');
    const bytes = numberField(received, 'bytes');
    const [sentFrames, sentBytes] = [numberField(sent, 'frames'), numberField(sent, 'bytes')];
    if (frames !== sentFrames || bytes !== sentBytes) {
      throw new Error(`${name} counted ${frames} frames of ${bytes} bytes; sent were ${sentFrames} of ${sentBytes}`);
    }
    return {
      frames,
      payloadBytes: bytes,
      seconds: numberField(received, 'seconds'),
      cpuSeconds: numberField(received, 'cpuSeconds'),
      userSeconds: optionalNumber(received.userSeconds),
      peakRssBytes: usageOf(peakResidentBytes, counting),
      bytesReceived: numberField(received, 'bytesReceived'),
      bytesCopied: received.bytesCopied === null ? null : numberField(received, 'bytesCopied'),
      ...workCounts(received),
    };
  });
}

function amountArgs({ amount, frameBytes }: FloodTurn): string[] {
  if ('seconds' in amount) return ['--milliseconds', String(Math.round(amount.seconds * 1000))];
  return ['--frames', String(framesOf(amount, frameBytes))];
}

function framesOf(amount: { frames: number } | { mbytes: number }, frameBytes: number): number {
  return 'frames' in amount ? amount.frames : Math.ceil((amount.mbytes * 1e6) / frameBytes);
}

function deadlineMs({ amount, frameBytes }: FloodTurn): number {
  if ('seconds' in amount) return START_DEADLINE_MS + amount.seconds * 1000;
  const frames = framesOf(amount, frameBytes);
  const slowestMs = frames / SLOWEST_FRAMES_PER_MS + (frames * frameBytes) / SLOWEST_BYTES_PER_MS;
  return START_DEADLINE_MS + Math.min(slowestMs, LONGEST_TURN_MS);
}
