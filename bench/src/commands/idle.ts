/** `idle`: resident memory of connections that do nothing. */
import type { IdleOptions, IdleResult, IdleResultFile, IdleSide } from '../harness/result.js';
import { makeTurnProgress } from '../harness/turn-progress.js';
import { descriptorLimit, descriptorShortage, IDLE_CONTENDERS, type IdleRun, runIdle } from '../idle/suite.js';
import { formatWhole } from '../report/format.js';
import { parseOptions, wholeNumber } from './arguments.js';
import { type Asked, askedOf, runSuiteCommand, SUITE_OPTIONS, suiteHelp } from './suite-command.js';

/** What `--help` says. */
export const idleHelp: string = `idle          resident memory of idle connections, against plain sockets; server and clients in separate processes
  --connections N     (10000)
  --rounds N          the rows alternate in each (3)
  --contenders A,B    rows to run (all): ${IDLE_CONTENDERS.join(', ')}
  --quick             do not wait until each process has given back the memory of new objects (12 s): noisy;
                      1000 connections in 1 round, where not given
${suiteHelp('idle')}`;

/** What a figure lacks that was not told to be quick. */
const TOO_HIGH = ', which is too high: the process has not given back the memory of new objects; is the machine busy?';

/** Runs the command; resolves to the exit status. */
export async function idle(args: string[]): Promise<number> {
  const { options, asked } = parseIdle(args);
  const shortage = descriptorShortage(options.connections, descriptorLimit());
  if (shortage !== null) {
    console.error(`bench: the idle suite was NOT RUN: ${shortage}`);
    return 1;
  }
  const progress: IdleRun['progress'] = makeTurnProgress(
    ({ contender, side }) => `${contender}, ${side}`,
    ({ bytesPerConnection, isSettled }) => `${formatWhole(bytesPerConnection)} bytes each${isSettled ? '' : TOO_HIGH}`,
  );
  return runSuiteCommand({
    asked,
    missing: [],
    run: (signal) => runIdle({ options, contenders: asked.names, progress, signal }),
    text: readable,
  });
}

function parseIdle(args: string[]): { options: IdleOptions; asked: Asked } {
  const values = parseOptions(args, { ...SUITE_OPTIONS, connections: { type: 'string' } });
  return {
    options: {
      connections: wholeNumber('connections', values.connections ?? (values.quick ? '1000' : '10000'), 1),
      rounds: wholeNumber('rounds', values.rounds ?? (values.quick ? '1' : '3'), 1),
      quick: values.quick,
    },
    asked: askedOf(values, IDLE_CONTENDERS),
  };
}

function readable({ results }: IdleResultFile): string {
  return (['accepted', 'connecting'] as const).map((side) => summary(results, side)).join('\n');
}

function summary(results: readonly IdleResult[], side: IdleSide): string {
  const of = (contender: string): number =>
    results.find((result) => result.side === side && result.contender === contender)?.bytesPerConnection ?? Number.NaN;
  const [node, landfall] = [of('node'), of('landfall')];
  const ratio = (landfall / node).toFixed(3);
  return `${side}: landfall ${Math.round(landfall)} bytes each, plain sockets ${Math.round(node)}: ${ratio}`;
}
