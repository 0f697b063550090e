/** What the kernel knows of a running process: its CPU time and its memory. Linux only; null elsewhere. */
import { readFileSync } from 'node:fs';

/** The unit of times in /proc/PID/stat: USER_HZ, 100 per second on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** Processor time of a process. */
export interface CpuTimes {
  userSeconds: number;
  systemSeconds: number;
}

/** User and system time of a process so far, to 10 ms. */
export function cpuTimes(pid: number): CpuTimes | null {
  const text = readProcFile(pid, 'stat');
  if (text === null) return null;
  // The name, second of the fields, may hold spaces and parentheses; the rest begins after its last parenthesis.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [userTicks, systemTicks] = fields.slice(11, 13).map(Number);
  if (userTicks === undefined || systemTicks === undefined) return null;
  return { userSeconds: userTicks / TICKS_PER_SECOND, systemSeconds: systemTicks / TICKS_PER_SECOND };
}

/** Both together. */
export function cpuSeconds(pid: number): number | null {
  const times = cpuTimes(pid);
  return times === null ? null : times.userSeconds + times.systemSeconds;
}

/** Any of these of a child; null also when it could not be started. */
export function usageOf<Usage>(
  usage: (pid: number) => Usage | null,
  { pid }: { readonly pid: number | undefined },
): Usage | null {
  return pid === undefined ? null : usage(pid);
}

/** The resident size of a process now. */
export function residentBytes(pid: number): number | null {
  return statusBytes(pid, 'VmRSS');
}

/** The greatest resident size of a process so far. */
export function peakResidentBytes(pid: number): number | null {
  return statusBytes(pid, 'VmHWM');
}

function statusBytes(pid: number, field: string): number | null {
  const match = readProcFile(pid, 'status')?.match(new RegExp(`^${field}:\\s*(\\d+) kB$`, 'm'));
  return match ? Number(match[1]) * 1024 : null;
}

function readProcFile(pid: number, name: string): string | null {
  if (process.platform !== 'linux') return null;
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch (error) {
    // The process is gone; whoever waits for its next event is told how it ended.
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}
