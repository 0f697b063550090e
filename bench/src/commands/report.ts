/** `report`: draws the report again from the kept results. */
import { writeReport } from '../harness/result-file.js';
import { parseOptions } from './arguments.js';

/** What `--help` says. */
export const reportHelp: string = `report        writes bench/out/report.html from the results in bench/out/results`;

/** Runs the command; resolves to the exit status. */
export async function report(args: string[]): Promise<number> {
  parseOptions(args, {});
  const path = await writeReport();
  if (path === null) {
    console.error('nothing has been measured yet: run `npm start` or `npm run -s bench -- all --quick`');
    return 1;
  }
  console.log(path);
  return 0;
}
