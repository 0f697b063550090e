// @ts-check
// Broken examples, as they could stand in the guide, and what the docs step must say of each.

/** @type {readonly { mark: string, code: string, says: string }[]} */
export const brokenExamples = [
  {
    mark: 'ts run',
    code: "import { anchor } from 'landfall';\nconsole.log(typeof anchor);",
    says: "has no exported member 'anchor'",
  },
  {
    mark: 'ts compile',
    code: "export const bytes: number = 'many';",
    says: "'string' is not assignable to type 'number'",
  },
  { mark: 'ts run', code: "throw new Error('aground');", says: 'Error: aground' },
  { mark: 'ts run', code: 'await new Promise(() => {});', says: 'exit status 13' },
  { mark: 'ts', code: 'export {};', says: 'a block marked “ts”' },
];
