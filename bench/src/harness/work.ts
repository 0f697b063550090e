/** What the frames of a row took beside time: kinds of processor time, receives, writes and collections of garbage. */
import type { ProgramEvent } from './child.js';
import { rounded, sumOfKnown } from './statistics.js';
import type { Work } from './work-results.js';

/** What a program counted; a figure that it does not tell is null. */
export interface WorkCounts {
  receives: number | null;
  writes: number | null;
  collections: number | null;
  collectionSeconds: number | null;
}

/** What one turn took. */
export interface TurnWork extends WorkCounts {
  frames: number;
  payloadBytes: number;
  cpuSeconds: number | null;
  /** Of `cpuSeconds`, those in user mode. */
  userSeconds: number | null;
}

/** The counts in a program's event. */
export function workCounts(event: ProgramEvent): WorkCounts {
  return {
    receives: optionalNumber(event.receives),
    writes: optionalNumber(event.writes),
    collections: optionalNumber(event.collections),
    collectionSeconds: optionalNumber(event.collectionSeconds),
  };
}

/** What was counted between two events. */
export function workBetween(before: WorkCounts, after: WorkCounts): WorkCounts {
  return {
    receives: difference(before.receives, after.receives),
    writes: difference(before.writes, after.writes),
    collections: difference(before.collections, after.collections),
    collectionSeconds: difference(before.collectionSeconds, after.collectionSeconds),
  };
}

/** Null where either is unknown. */
function difference(before: number | null, after: number | null): number | null {
  return before === null || after === null ? null : after - before;
}

/** A field that a program may leave out. */
export function optionalNumber(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

/** A row's figures over all its turns; each is null where it is not known of every turn. */
export function foldWork(turns: readonly TurnWork[]): Work {
  const sum = (of: (turn: TurnWork) => number | null): number | null => sumOfKnown(turns.map(of));
  const per = (of: (turn: TurnWork) => number | null, whole: number | null): number | null => {
    const amount = sum(of);
    return amount === null || whole === null || whole === 0 ? null : rounded(amount / whole);
  };
  const frames = sum((turn) => turn.frames);
  const gigabytes = sum((turn) => turn.payloadBytes / 1e9);
  return {
    userCpuShare: per(
      ({ userSeconds }) => userSeconds,
      sum(({ cpuSeconds }) => cpuSeconds),
    ),
    receivesPerFrame: per(({ receives }) => receives, frames),
    writesPerFrame: per(({ writes }) => writes, frames),
    collectionsPerGB: per(({ collections }) => collections, gigabytes),
    // Milliseconds per GB are seconds per 10^12 bytes.
    collectionMsPerGB: per(({ collectionSeconds }) => collectionSeconds, gigabytes === null ? null : gigabytes / 1000),
  };
}
