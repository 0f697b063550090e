/** A promise and how to fulfil it, apart. */
export interface Deferred {
  readonly promise: Promise<void>;
  resolve(): void;
}

/** Makes one. */
export function deferred(): Deferred {
  let resolve!: () => void;
  const promise = new Promise<void>((fulfil) => {
    resolve = fulfil;
  });
  return { promise, resolve };
}
