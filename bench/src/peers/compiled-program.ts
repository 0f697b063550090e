/**
 * Programs that are compiled where they are used. A binary older than its source, or none, is made anew, beside the old
 * one and then moved over it, so that two processes may do so at once.
 */
import { mkdir, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** What is compiled into what. */
export interface CompiledProgram {
  source: string;
  binary: string;
  /** Compiles the source into the file `fresh`, in the folder of the binary. */
  compile(fresh: string): Promise<void>;
}

/** Compiles the program if need be; rejects as its `compile` does. */
export async function ensureCompiled({ source, binary, compile }: CompiledProgram): Promise<void> {
  if ((await modifiedMs(binary)) > (await modifiedMs(source))) return;
  const fresh = `${binary}.${process.pid}`;
  await mkdir(dirname(binary), { recursive: true });
  await compile(fresh);
  await rename(fresh, binary);
}

/** Zero for a file that is not there. */
async function modifiedMs(path: string): Promise<number> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  return found?.mtimeMs ?? 0;
}
