/** The programs of one turn. A turn leaves none of them behind, however it ends. */
import { Child, type ProgramCommand } from './child.js';

const GONE_DEADLINE_MS = 10_000;

/** Starts a program, which is called `name` in messages. */
export type StartChild = (name: string, program: ProgramCommand) => Child;

/** Runs `use`; what it has started is killed when the signal fires, and at its end. */
export async function withChildren<T>(signal: AbortSignal, use: (start: StartChild) => Promise<T>): Promise<T> {
  const children: Child[] = [];
  const killAll = (): void => {
    for (const child of children) child.kill();
  };
  signal.addEventListener('abort', killAll);
  try {
    return await use((name, program) => {
      signal.throwIfAborted();
      const child = new Child(name, program);
      children.push(child);
      return child;
    });
  } finally {
    signal.removeEventListener('abort', killAll);
    killAll();
    await Promise.all(children.map((child) => child.gone(GONE_DEADLINE_MS)));
  }
}
