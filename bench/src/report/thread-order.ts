/** The ordering of the thread of 2017, and whether a run of today comes out in it. */
import type { EchoResult, EchoResultFile } from '../harness/result.js';
import { formatCount } from './format.js';
import { type Standing, standing } from './noise.js';

/** From slowest to fastest, as the thread had it, and landfall behind them. */
export const THREAD_ORDER: readonly string[] = [
  'asyncio-protocol',
  'tornado-read-bytes',
  'uvloop-protocol',
  'tornado-read-into',
  'landfall',
];

/** Two neighbours of the ordering: whether the later one is faster, as it should be. */
interface OrderStep {
  slower: EchoResult;
  faster: EchoResult;
  /** Of the one that should be faster: `ahead` is as the thread has it. */
  standing: Standing;
  /** Its throughput over that of the other. */
  ratio: number;
}

/** The steps between neighbours that were measured. */
function orderSteps({ results }: Pick<EchoResultFile, 'results'>): OrderStep[] {
  const measured = THREAD_ORDER.flatMap((name) => results.filter(({ contender }) => contender === name));
  return measured.slice(1).flatMap((faster, at): OrderStep[] => {
    const slower = measured[at];
    if (slower === undefined) return [];
    const ratio = faster.mbPerSec / slower.mbPerSec;
    return [{ slower, faster, standing: standing(rates(faster), rates(slower), 'more'), ratio }];
  });
}

/** Whether the ordering comes out, in one sentence, and then one on every step of it. */
export function orderWords(file: Pick<EchoResultFile, 'results'>): string[] {
  const steps = orderSteps(file);
  const unmeasured = THREAD_ORDER.filter((name) => file.results.every(({ contender }) => contender !== name));
  const others = unmeasured.map((name) => `${name} was not measured: its place is unknown.`);
  if (steps.length === 0)
    return ['The ordering cannot be judged: fewer than two of its rows were measured.', ...others];
  const odd = steps.filter((step) => step.standing !== 'ahead').length;
  const verdict =
    odd === 0
      ? 'The ordering comes out: each row is faster than the one above it, beyond the noise of the rounds.'
      : `The ordering does not come out: ${odd} of ${formatCount(steps.length, 'step')} fail.`;
  return [verdict, ...steps.map(stepWords), ...others];
}

const STANDING_WORDS: Readonly<Record<Standing, string>> = {
  ahead: 'faster, as it should be',
  behind: 'slower, and should be faster',
  alike: 'not told apart by the noise, and should be faster',
  unknown: 'too few rounds to say, and should be faster',
};

function stepWords({ slower, faster, standing: result, ratio }: OrderStep): string {
  return `${faster.contender} against ${slower.contender}: ${ratio.toFixed(2)} ×, ${STANDING_WORDS[result]}.`;
}

function rates({ samples }: EchoResult): number[] {
  return samples.map(({ mbPerSec }) => mbPerSec);
}
