/** What the contracts of transports and of streams have in common: how their cases are run. */
import type { ContractCase } from './case.js';
import { within } from './waiting.js';

/** How the cases of a connection's contract are run. */
export interface CheckConnectionOptions {
  /** How long one case may take. 20 s unless set: longer than any needs on a busy machine. */
  readonly timeoutMs?: number | undefined;
  /**
   * False where no side can be ended alone, as over TLS: that it cannot is a part of the contract then, and what needs it
   * is none. True unless set.
   */
  readonly halfClose?: boolean | undefined;
}

/** How the sides of a connection end: each on its own, or both together, as over TLS. */
export type Ends = 'apart' | 'together';

/** Of these sentences, those that are said of such connections. */
export function saidOf<S extends { readonly only?: Ends | undefined }>(
  sentences: readonly S[],
  { halfClose = true }: CheckConnectionOptions,
): S[] {
  const ends: Ends = halfClose ? 'apart' : 'together';
  return sentences.filter(({ only = ends }) => only === ends);
}

/** A case that opens connections on a link, and ends them, whatever comes of it. */
export function caseOn<L extends { close(): Promise<void> }>(
  name: string,
  makeLink: () => L,
  body: (link: L) => Promise<void>,
  { timeoutMs = 20_000 }: CheckConnectionOptions,
): ContractCase {
  const tried = async (): Promise<void> => {
    const link = makeLink();
    try {
      await body(link);
    } finally {
      await link.close();
    }
  };
  return { name, run: () => within('the end of the case', tried(), timeoutMs) };
}
