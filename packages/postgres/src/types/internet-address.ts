/** Internet addresses in text: reading them, and writing them as PostgreSQL does. */

const V4_BYTES = 4;
const V6_GROUPS = 8;

/** The bytes of an address, four or sixteen; null if it is none. */
export function parseAddress(text: string): number[] | null {
  return text.includes(':') ? parseV6(text) : parseV4(text);
}

/** The text of the address whose bytes lie from `start` to `end`, four or sixteen. */
export function addressText(memory: Uint8Array, view: DataView, start: number, end: number): string {
  return end - start === V4_BYTES ? v4Text(memory, start) : v6Text(memory, view, start);
}

function parseV4(text: string): number[] | null {
  const parts = text.split('.');
  const isAddress = parts.length === V4_BYTES && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256);
  return isAddress ? parts.map(Number) : null;
}

function parseV6(text: string): number[] | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const [before, behind] = halves.map((half, i) =>
    half === '' ? [] : groupBytes(half.split(':'), i === halves.length - 1),
  );
  if (before === null || behind === null || before === undefined) return null;
  if (behind === undefined) return before.length === V6_GROUPS * 2 ? before : null;
  const zeros = V6_GROUPS * 2 - before.length - behind.length;
  return zeros >= 2 ? [...before, ...new Array<number>(zeros).fill(0), ...behind] : null;
}

/** Two bytes for each group; the last of all may be the four bytes of an IPv4 address. */
function groupBytes(groups: readonly string[], areLast: boolean): number[] | null {
  const bytes: number[] = [];
  for (const [i, group] of groups.entries()) {
    const embedded = areLast && i === groups.length - 1 ? parseV4(group) : null;
    if (embedded !== null) bytes.push(...embedded);
    else if (/^[0-9a-f]{1,4}$/i.test(group))
      bytes.push(Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255);
    else return null;
  }
  return bytes;
}

function v4Text(memory: Uint8Array, start: number): string {
  return `${memory[start]}.${memory[start + 1]}.${memory[start + 2]}.${memory[start + 3]}`;
}

/** The first of the longest runs of zeros is left out; addresses that stand for one of IPv4 show it. */
function v6Text(memory: Uint8Array, view: DataView, start: number): string {
  const groups = Array.from({ length: V6_GROUPS }, (_, i) => view.getUint16(start + i * 2));
  const { at, length } = longestZeros(groups);
  const isMapped = length === 5 && groups[5] === 0xffff;
  const shown = groups.map((group) => group.toString(16));
  if (at === 0 && (length === 6 || isMapped)) shown.splice(6, 2, v4Text(memory, start + 12));
  if (length < 2) return shown.join(':');
  const before = shown.slice(0, at).join(':');
  const behind = shown.slice(at + length).join(':');
  return `${before}::${behind}`;
}

function longestZeros(groups: readonly number[]): { at: number; length: number } {
  let longest = { at: 0, length: 0 };
  for (let at = 0; at < groups.length; at++) {
    let length = 0;
    while (groups[at + length] === 0) length++;
    if (length > longest.length) longest = { at, length };
    at += length;
  }
  return longest;
}
