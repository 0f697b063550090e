/** What both programs of the soak have in common: events go out, one JSON object a line. */

/** Says an event. */
export function say(event: string, fields: object): void {
  process.stdout.write(`${JSON.stringify({ event, ...fields })}\n`);
}

/** Ends this process with what was wrong; the soak shows it and stops. */
export function failProgram(error: unknown): never {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
