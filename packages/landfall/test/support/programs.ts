/** Programs that tests need, and that a machine may lack. */

/**
 * How to register a test that needs something: as it is, or skipped and loudly so.
 *
 * @param lack What is missing here and how to get it; null when all is there.
 * @param cause How that was found out.
 * @throws {Error} It is missing where tests run unattended (CI=true), and nobody would read that it was skipped.
 */
export function unlessLacking(lack: string | null, cause?: unknown): { skip: string | false } {
  if (lack === null) return { skip: false };
  if (process.env['CI'] === 'true') throw new Error(`with CI=true this must not be missing: ${lack}`, { cause });
  console.log(`NOT TESTED: ${lack}`);
  return { skip: lack };
}
