/** `memory`: what keeping frames costs of memory, leased against fresh. */
import { findFloodContenders, nodeReceiver } from '../flood/catalogue.js';
import { MEMORY_RECEIVERS } from '../flood/node-receivers.js';
import type { MemoryOptions } from '../harness/result.js';
import { makeTurnProgress } from '../harness/turn-progress.js';
import { KEPT_FRAMES } from '../memory/kept-frames.js';
import { type MemoryRun, runMemory } from '../memory/suite.js';
import { memorySummary, memoryTable } from '../memory/table.js';
import { formatMegabytes, formatMillions } from '../report/format.js';
import { textTable } from '../report/text-table.js';
import { frameByteCount, parseOptions, wholeNumber } from './arguments.js';
import { type Asked, askedOf, runSuiteCommand, SUITE_OPTIONS, suiteHelp } from './suite-command.js';

/** What `--help` says. */
export const memoryHelp: string = `memory        resident size while frames of many sizes arrive and the last ${KEPT_FRAMES} are kept; needs \`cc\`
  --frames N          frames in each turn (10000000)
  --max-frame-bytes N the longest of the mix (1000000)
  --rounds N          the rows alternate in each (5)
  --contenders A,B    rows to run (all): ${MEMORY_RECEIVERS.join(', ')}
  --quick             500000 frames in each of 3 rounds, where not given
${suiteHelp('memory')}`;

/** Runs the command; resolves to the exit status. */
export async function memory(args: string[]): Promise<number> {
  const { options, asked } = parseMemory(args);
  const { cProgram } = await findFloodContenders([]);
  const catalogue = { found: asked.names.map(nodeReceiver), missing: [], cProgram };
  const progress: MemoryRun['progress'] = makeTurnProgress(
    ({ contender }) => contender,
    ({ peakRssBytes, framesPerSec }) =>
      `at most ${formatMegabytes(peakRssBytes)} MB, ${formatMillions(framesPerSec)} million frames/s`,
  );
  return runSuiteCommand({
    asked,
    missing: [],
    run: (signal) => runMemory({ options, catalogue, progress, signal }),
    text: (result) => `${textTable(memoryTable(result))}\n${memorySummary(result)}`,
  });
}

function parseMemory(args: string[]): { options: MemoryOptions; asked: Asked } {
  const values = parseOptions(args, {
    ...SUITE_OPTIONS,
    frames: { type: 'string' },
    'max-frame-bytes': { type: 'string', default: '1000000' },
  });
  return {
    options: {
      frames: wholeNumber('frames', values.frames ?? (values.quick ? '500000' : '10000000'), 1),
      maxFrameBytes: frameByteCount('max-frame-bytes', values['max-frame-bytes'], 8192),
      keptFrames: KEPT_FRAMES,
      rounds: wholeNumber('rounds', values.rounds ?? (values.quick ? '3' : '5'), 1),
    },
    asked: askedOf(values, MEMORY_RECEIVERS),
  };
}
