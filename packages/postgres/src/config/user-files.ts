/** Where a user keeps what connections need, as libpq looks for it. */
import { join } from 'node:path';
import type { Machine } from './machine.js';

/** The file of passwords; null if the user has no home. */
export function defaultPassfile(machine: Machine): string | null {
  if (machine.isWindows) return inFolder(machine.env['APPDATA'], 'postgresql', 'pgpass.conf');
  return inFolder(home(machine), '.pgpass');
}

/** A file with a certificate or a key, by its name; null if the user has no home. */
export function tlsFile(machine: Machine, name: string): string | null {
  if (machine.isWindows) return inFolder(machine.env['APPDATA'], 'postgresql', name);
  return inFolder(home(machine), '.postgresql', name);
}

function home(machine: Machine): string | undefined {
  return machine.env['HOME'] || machine.homeDirectory();
}

function inFolder(folder: string | undefined, ...names: readonly string[]): string | null {
  return folder === undefined || folder === '' ? null : join(folder, ...names);
}
