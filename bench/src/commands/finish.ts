/** The end of a suite's command: what failed, the result in the form asked for, and the exit status. */
import type { SuiteResult } from '../harness/result.js';
import { saveResult, writeReport } from '../harness/result-file.js';
import { INTERRUPTED_STATUS } from '../harness/stoppable.js';

/** How a result is shown. */
export interface Showing {
  /** For people. */
  text: string;
  /** Prints one JSON object instead. */
  json: boolean;
  /** Also keeps the result, and draws the report from all kept results. An interrupted one is kept in any case. */
  keep: boolean;
}

/** Shows a result; resolves to the exit status: 1 when a row failed. */
export async function finish(
  result: SuiteResult<string, unknown, unknown>,
  { text, json, keep }: Showing,
): Promise<number> {
  for (const { contender, error } of result.failed) console.error(`${contender} failed: ${error}`);
  if (result.interrupted) console.error('stopped; what was measured until then:');
  console.log(json ? JSON.stringify(result) : text);
  if (result.results.length > 0) {
    if (result.interrupted) {
      console.error(`kept as ${await saveResult(result)}; the last whole result and its report stay as they were`);
    } else if (keep) {
      console.error(`kept as ${await saveResult(result)}`);
      const report = await writeReport();
      if (report !== null) console.error(`report: ${report}`);
    }
  }
  if (result.interrupted) return INTERRUPTED_STATUS;
  return result.failed.length > 0 ? 1 : 0;
}
