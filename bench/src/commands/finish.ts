/** The end of a suite's command: what failed, the result in the form asked for, and the exit status. */
import type { ResultFile } from '../harness/result.js';
import { saveResult, writeReport } from '../harness/result-file.js';
import { INTERRUPTED_STATUS } from '../harness/stoppable.js';

/** How a result is shown. */
export interface Showing {
  /** For people. */
  text: string;
  /** Prints one JSON object instead. */
  json: boolean;
  /** Also keeps the result, and draws the report from all kept results. */
  keep: boolean;
}

/** Shows a result; resolves to the exit status: 1 when a row failed. */
export async function finish(
  result: Exclude<ResultFile, { suite: 'idle' }>,
  { text, json, keep }: Showing,
): Promise<number> {
  for (const { contender, error } of result.failed) console.error(`${contender} failed: ${error}`);
  if (result.interrupted) console.error('stopped; what was measured until then:');
  console.log(json ? JSON.stringify(result) : text);
  if (keep && result.results.length > 0) {
    const path = await saveResult(result);
    if (result.interrupted) console.error(`kept as ${path}; the last whole result and its report stay as they were`);
    else console.error(`report: ${await writeReport()}`);
  }
  if (result.interrupted) return INTERRUPTED_STATUS;
  return result.failed.length > 0 ? 1 : 0;
}
