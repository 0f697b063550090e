/** `soak`: frames of mixed sizes over many connections for a long time; nothing may be lost, and memory stays flat. */
import type { MemoryTrend } from '../harness/memory-trend.js';
import { stoppable } from '../harness/stoppable.js';
import { formatBytes, formatMegabytes, formatWhole } from '../report/format.js';
import { runSoak, type SoakMoment, type SoakOptions, type SoakResultFile, type SoakTotals } from '../soak/suite.js';
import { parseOptions, UsageError, wholeNumber } from './arguments.js';
import { finish } from './finish.js';

/** What `--help` says. */
export const soakHelp: string = `soak          frames of 1 byte to 4 MB over many connections: none may be lost or wrong, and memory stays flat
  --minutes N         (10); memory is judged from 5 minutes on
  --connections N     (200)
  --seed N            of the sizes and pauses (1)
  --json              one JSON object on standard output
  --keep              also write bench/out/results/soak.json`;

/**
 * By how much the lowest resident size of the last third may be above that of the first third.
 *
 * Resident is what the busiest moment of the last minute took, as pools keep their memory for so long. In one run of ten
 * minutes the medians were 16 % apart, and the lowest sizes, and the last ones, the same to 1 %. A leak of 100 bytes a
 * frame would be 20 % or more of either, one of a thousandth of the bytes exchanged more than 50 %.
 */
const MOST_FLOOR_GROWTH = 0.1;
/** How much the median of the last third may be above that of the first: bursts come when they come. */
const MOST_GROWTH = 0.3;
/** In a shorter run those steps are not rare yet. */
const LEAST_JUDGED_SECONDS = 300;
const TOLD_EVERY_SECONDS = 10;

/** Runs the command; resolves to the exit status: 1 when memory grew. Throws when a frame was lost or wrong. */
export async function soak(args: string[]): Promise<number> {
  const { options, json, keep } = parseSoak(args);
  let toldSeconds = Number.NEGATIVE_INFINITY;
  const tell = (moment: SoakMoment): void => {
    if (moment.atSeconds < toldSeconds + TOLD_EVERY_SECONDS) return;
    toldSeconds = moment.atSeconds;
    console.error(progressLine(moment, options.seconds));
  };
  return stoppable(async (signal) => {
    const result = await runSoak({ options, tell, signal });
    const verdicts = verdictsOf(result);
    const status = await finish(result, { text: readable(result, verdicts), json, keep });
    return status === 0 && verdicts.some(({ isFlat }) => !isFlat) ? 1 : status;
  });
}

function parseSoak(args: string[]): { options: SoakOptions; json: boolean; keep: boolean } {
  const values = parseOptions(args, {
    minutes: { type: 'string', default: '10' },
    connections: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  });
  const minutes = Number(values.minutes);
  if (!(minutes > 0 && minutes < Number.POSITIVE_INFINITY)) {
    throw new UsageError(`--minutes wants a number above 0, not "${values.minutes}"`);
  }
  const options = {
    seconds: minutes * 60,
    connections: wholeNumber('connections', values.connections, 1),
    seed: wholeNumber('seed', values.seed, 0),
  };
  return { options, json: values.json, keep: values.keep };
}

function progressLine({ atSeconds, totals, serverRssBytes, clientRssBytes }: SoakMoment, seconds: number): string {
  const memory = `server ${formatMegabytes(serverRssBytes)} MB, client ${formatMegabytes(clientRssBytes)} MB`;
  return `${Math.round(atSeconds)} s of ${Math.round(seconds)}: ${totalsWords(totals)}; resident: ${memory}`;
}

function totalsWords({ frames, bytes, opened, aborted }: SoakTotals): string {
  return (
    `${formatWhole(frames)} frames, ${formatBytes(bytes)} there and back over ${formatWhole(opened)} connections ` +
    `(${formatWhole(aborted)} aborted)`
  );
}

/** Whether a process's memory stayed flat, and how that shows. */
interface Verdict {
  isFlat: boolean;
  words: string;
}

/** Of both processes; none when the run was too short to say. */
function verdictsOf({ results, options, interrupted }: SoakResultFile): Verdict[] {
  if (interrupted || options.seconds < LEAST_JUDGED_SECONDS) return [];
  return results.flatMap(({ contender, trend }) => (trend === null ? [] : [judgeTrend(contender, trend)]));
}

function judgeTrend(name: string, trend: MemoryTrend): Verdict {
  const { firstBytes, lastBytes, firstFloorBytes, lastFloorBytes } = trend;
  const floorGrowth = lastFloorBytes / firstFloorBytes - 1;
  const growth = lastBytes / firstBytes - 1;
  const isFlat = floorGrowth <= MOST_FLOOR_GROWTH && growth <= MOST_GROWTH;
  const words =
    `${name}: at least ${formatMegabytes(firstFloorBytes)} MB in the first third, ${formatMegabytes(lastFloorBytes)} MB in the last ` +
    `(${percent(floorGrowth)}); medians ${formatMegabytes(firstBytes)} and ${formatMegabytes(lastBytes)} MB ` +
    `(${percent(growth)}, ${(trend.slopeBytesPerMinute / 1e6).toFixed(2)} MB a minute): ${isFlat ? 'flat' : 'GROWING'}`;
  return { isFlat, words };
}

function readable({ totals }: SoakResultFile, verdicts: readonly Verdict[]): string {
  const memory =
    verdicts.length === 0
      ? [`memory is not judged: that takes a whole run of ${LEAST_JUDGED_SECONDS / 60} minutes or more`]
      : verdicts.map(({ words }) => words);
  return [`${totalsWords(totals)}: none lost, doubled, exchanged or spoiled`, ...memory].join('\n');
}

function percent(growth: number): string {
  return `${growth < 0 ? '' : '+'}${(growth * 100).toFixed(1)} %`;
}
