/**
 * The loop over the rows of one statement, made to measure: every column's kind and place is known when it is made.
 *
 * A row function reads a run of DataRows where they were received:
 *
 *     D | length | columns | length | value | length | value | … D | length | …
 *     ^ p                  ^ p moves over each column          ^ next
 *
 * Where code may not be generated (`--disallow-code-generation-from-strings`), closures do the same, slower
 * (`row-closures.ts`).
 */
import type { Codec } from '../types/codec.js';
import { untrackedNulls } from '../types/untracked-array.js';
import type { Column } from '../wire/backend-messages.js';
import { closeRows } from './row-closures.js';
import { BYTEA_OID, malformed, ROW_HEADER_BYTES, type RowFunction, type RowMode } from './row-shape.js';

/** More columns make a function so large that it is never optimised. */
const COMPILED_COLUMNS_MAX = 400;

/** Makes the row function of a statement. */
export function compileRows(columns: readonly Column[], codecs: readonly Codec[], mode: RowMode): RowFunction {
  if (!mayCompile || columns.length > COMPILED_COLUMNS_MAX) return closeRows(columns, codecs, mode);
  const reads = codecs.map((codec, i) => readOf(codec, i)).join('\n');
  const decoders = codecs.map((_, i) => `const d${i} = codecs[${i}].decode;`).join('\n');
  const source = `'use strict';
${decoders}
${mode === 'array' ? arrayMaker(columns) : objectMaker(columns)}
return function rows(m, v, p, end, rows, block) {
  let n = 0;
  while (end - p >= ${ROW_HEADER_BYTES} && m[p] === 68) {
    const next = p + 1 + v.getInt32(p + 1);
    if (next > end) break;
    if (next - p < ${ROW_HEADER_BYTES} || v.getUint16(p + 5) !== ${columns.length}) malformed();
    p += ${ROW_HEADER_BYTES};
${reads}
    if (p !== next) malformed();
    rows.push(${mode === 'array' ? '' : 'new '}Row(${columns.map((_, i) => `c${i}`).join(', ')}));
  }
  return p;
};`;
  return compiled(source, codecs);
}

/** More row functions than that are not kept for other statements. */
const KEPT_MAX = 512;

/** What was compiled, by its source and the codecs it was made for; the oldest first. */
const kept = new Map<string, { readonly codecs: readonly Codec[]; readonly rows: RowFunction }>();
let compilations = 0;

/**
 * The function of a source, the same for all statements whose rows are alike.
 *
 * V8 takes functions of one source text for one: what it learns of them it learns of all together. Ten connections with
 * a function each made rows of ten hidden classes, and stores into them took five times as long.
 */
function compiled(source: string, codecs: readonly Codec[]): RowFunction {
  const same = kept.get(source);
  if (same?.codecs.every((codec, i) => codec === codecs[i])) return same.rows;
  const detached = codecs.map((codec) => ({ decode: codec.decode.bind(codec) }));
  const make = new Function('codecs', 'malformed', 'untracked', `${source} // ${compilations++}`);
  const rows = make(detached, malformed, untrackedNulls) as RowFunction;
  kept.delete(source);
  kept.set(source, { codecs, rows });
  if (kept.size > KEPT_MAX) kept.delete(kept.keys().next().value as string);
  return rows;
}

const mayCompile: boolean = (() => {
  try {
    return new Function('return true')() as boolean;
  } catch (_forbidden) {
    return false;
  }
})();

/** Reads one column into `c<i>` and moves `p` behind it. */
function readOf(codec: Codec, i: number): string {
  if (codec.inline !== undefined && codec.fixedBytes > 0 && codec.format === 1) {
    const bytes = codec.fixedBytes;
    return `    let c${i} = null;
    n = v.getInt32(p); p += 4;
    if (n === ${bytes}) { c${i} = ${codec.inline}; p += ${bytes}; } else if (n !== -1) malformed();`;
  }
  const isBytes = codec.oid === BYTEA_OID && codec.format === 1;
  const isFixed = codec.fixedBytes >= 0 && codec.format === 1;
  const value = isBytes ? `block.take(p, p + n)` : `d${i}(m, v, p, p + n)`;
  return `    let c${i} = null;
    n = v.getInt32(p); p += 4;
    if (n >= 0) { if (n > next - p${isFixed ? ` || n !== ${codec.fixedBytes}` : ''}) malformed(); c${i} = ${value}; p += n; } else if (n !== -1) malformed();`;
}

/** Arrays are made from one that is there, and objects by a constructor, never by literals: see `types/untracked-array.ts`. */
function arrayMaker(columns: readonly Column[]): string {
  const values = columns.map((_, i) => `c${i}`);
  return `const empty = untracked(${columns.length});
function Row(${values.join(', ')}) {
  const row = empty.slice();
  ${values.map((value, i) => `row[${i}] = ${value};`).join(' ')}
  return row;
}`;
}

/** Plain objects: their prototype is that of all objects. The last of several columns with one name counts. */
function objectMaker(columns: readonly Column[]): string {
  const last = new Map(columns.map(({ name }, i) => [name, i]));
  const values = columns.map((_, i) => `c${i}`);
  return `function Row(${values.join(', ')}) {
  ${[...last].map(([name, i]) => assignment(name, i)).join('\n  ')}
}
Row.prototype = Object.prototype;`;
}

/** An assignment to `__proto__` would set the prototype. */
function assignment(name: string, i: number): string {
  if (name !== '__proto__') return `this[${JSON.stringify(name)}] = c${i};`;
  return `Object.defineProperty(this, '__proto__', { value: c${i}, enumerable: true, configurable: true, writable: true });`;
}
