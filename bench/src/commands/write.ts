/** `write`: many small frames written to a receiver in C. */
import { findFloodContenders } from '../flood/catalogue.js';
import type { WriteSuiteOptions } from '../harness/result.js';
import { makeTurnProgress } from '../harness/turn-progress.js';
import { formatMillions } from '../report/format.js';
import { textTable } from '../report/text-table.js';
import { runWrite, type WriteRun } from '../write/suite.js';
import { writeSummary, writeTable } from '../write/table.js';
import { WRITERS } from '../write/writers.js';
import { frameByteCount, parseOptions, wholeNumber } from './arguments.js';
import { type Asked, askedOf, runSuiteCommand, SUITE_OPTIONS, suiteHelp } from './suite-command.js';

/** What `--help` says. */
export const writeHelp: string = `write         small frames written to a receiver in C, one row per way of writing; needs \`cc\`
  --frame-bytes N     bytes of payload per frame (100)
  --frames N          frames in each turn (1000000)
  --rounds N          the rows alternate in each (7)
  --contenders A,B    rows to run (all): ${WRITERS.join(', ')}
  --quick             200000 frames in each of 3 rounds, where not given
${suiteHelp('write')}`;

/** Runs the command; resolves to the exit status. */
export async function write(args: string[]): Promise<number> {
  const { options, asked } = parseWrite(args);
  const { cProgram: receiver } = await findFloodContenders([]);
  const progress: WriteRun['progress'] = makeTurnProgress(
    ({ contender }) => contender,
    ({ framesPerSec }) => `${formatMillions(framesPerSec)} million frames/s`,
  );
  return runSuiteCommand({
    asked,
    missing: [],
    run: (signal) => runWrite({ options, contenders: asked.names, receiver, progress, signal }),
    text: (result) => `${textTable(writeTable(result))}\n${writeSummary(result)}`,
  });
}

function parseWrite(args: string[]): { options: WriteSuiteOptions; asked: Asked } {
  const values = parseOptions(args, {
    ...SUITE_OPTIONS,
    'frame-bytes': { type: 'string', default: '100' },
    frames: { type: 'string' },
  });
  return {
    options: {
      frameBytes: frameByteCount('frame-bytes', values['frame-bytes'], 1),
      frames: wholeNumber('frames', values.frames ?? (values.quick ? '200000' : '1000000'), 1),
      rounds: wholeNumber('rounds', values.rounds ?? (values.quick ? '3' : '7'), 1),
    },
    asked: askedOf(values, WRITERS),
  };
}
