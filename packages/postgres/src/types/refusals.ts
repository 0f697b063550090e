/** Why a value is refused, without the value: it may be a secret. */
import { EncodeError } from '../errors.js';

/** The value is of a kind that the type does not take. `wanted` says which it does. */
export function wrongKind(typeName: string, value: unknown, wanted: string): EncodeError {
  return new EncodeError(typeName, `${kindOf(value)} was given, ${wanted} is wanted`);
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'an array';
  if (ArrayBuffer.isView(value)) return 'binary data';
  if (value instanceof Date) return 'a Date';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
