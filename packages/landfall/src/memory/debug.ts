/**
 * Debug mode, `LANDFALL_DEBUG=1`: finds memory that is used after it was given back, and says where it was acquired.
 *
 * Released memory is overwritten, and looked at when it is used again. It costs a stack trace for each lease.
 */

/** Whether `LANDFALL_DEBUG` was set to anything but `0` when landfall was loaded. */
export const isDebug: boolean = !['', '0', undefined].includes(process.env['LANDFALL_DEBUG']);

/** What released memory is filled with. */
export const POISON = 0xdd;

/** Tells of misuse that no call can be told of: a process warning of the type `LandfallWarning`. */
export function warn(
  code: 'LANDFALL_LEAK' | 'LANDFALL_RELEASED_TWICE' | 'LANDFALL_WRITTEN_AFTER_RELEASE',
  message: string,
): void {
  process.emitWarning(message, { type: 'LandfallWarning', code });
}

/** Where the caller of landfall is right now, in debug mode; an empty string else. */
export function callSite(): string {
  if (!isDebug) return '';
  const { stack = '' } = new Error('here');
  // The first line names the error, the next ones landfall itself.
  return stack.split('\n').slice(2).join('\n');
}
