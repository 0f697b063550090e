import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CollectionWatch } from './collections.js';

/** Garbage of more bytes than any young generation holds. */
function makeGarbage(): number {
  let bytes = 0;
  for (let at = 0; at < 200_000; at++) bytes += Array.from({ length: 100 }, () => at).length;
  return bytes;
}

describe('the watch over collections', () => {
  it('counts from its making on, each collection once, with the time it took', async () => {
    const watch = new CollectionWatch();
    makeGarbage();
    const first = await watch.soFar();
    assert.ok((first.collections ?? 0) > 0);
    assert.ok((first.collectionSeconds ?? 0) > 0);
    const late = await new CollectionWatch().soFar();
    assert.ok((late.collections ?? 0) < (first.collections ?? 0));
    makeGarbage();
    const second = await watch.soFar();
    assert.ok((second.collections ?? 0) > (first.collections ?? 0));
    assert.ok((second.collectionSeconds ?? 0) > (first.collectionSeconds ?? 0));
  });
});
