// @ts-check
// A tool of node_modules as a step of the check: what it prints when it fails is what is wrong.
import { join } from 'node:path';
import { runChild } from '../child.mjs';

/** Above what any of them takes on a slow machine. */
const toolTimeoutMs = 3 * 60_000;

/**
 * @param {string} tool
 * @param {readonly string[]} args
 * @returns {(root: string) => Promise<string[]>}
 */
export function commandStep(tool, args) {
  return (root) => toolProblems(root, tool, args, root);
}

/**
 * Runs one tool, resolves to nothing or to what it said.
 *
 * @param {string} root
 * @param {string} tool
 * @param {readonly string[]} args
 * @param {string} cwd
 * @returns {Promise<string[]>}
 */
export async function toolProblems(root, tool, args, cwd) {
  const { ok, status, output } = await runTool(root, tool, args, cwd);
  return ok ? [] : [output.trim() === '' ? `${tool} ended with status ${status} and said nothing` : output];
}

/**
 * @param {string} root
 * @param {string} tool
 * @param {readonly string[]} args
 * @param {string} cwd
 * @returns {Promise<import('../child.mjs').Outcome>}
 */
export function runTool(root, tool, args, cwd) {
  const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined };
  return runChild(join(root, 'node_modules', '.bin', tool), args, { cwd, env, timeoutMs: toolTimeoutMs });
}
