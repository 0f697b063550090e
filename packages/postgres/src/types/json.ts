/** json, jsonb and jsonpath. */
import { DecodeError, EncodeError } from '../errors.js';
import type { MessageWriter } from '../wire/message-writer.js';
import type { Codec } from './codec.js';
import { typeOf } from './oids.js';
import { encodeText } from './text.js';
import { decodeUtf8 } from './text-decoding.js';
import type { TypeOptions } from './type-options.js';

/** The first byte of jsonb and jsonpath. */
const VERSION = 1;

/** json and jsonb, as the options want them, and jsonpath. */
export function jsonCodecs({ json: kind = 'parsed' }: TypeOptions): Codec[] {
  const parse = kind === 'parsed' ? parseJson : (_name: string, text: string) => text;
  const encode = kind === 'parsed' ? encodeJson : encodeText;
  return [
    {
      ...typeOf('json'),
      format: 1,
      fixedBytes: -1,
      decode: (memory, _view, start, end) => parse('json', decodeUtf8(memory, start, end)),
      encode: (writer, value) => encode(writer, 'json', value),
    },
    {
      ...typeOf('jsonb'),
      format: 1,
      fixedBytes: -1,
      decode: (memory, _view, start, end) => parse('jsonb', versioned('jsonb', memory, start, end)),
      encode(writer, value) {
        writer.uint8(VERSION);
        encode(writer, 'jsonb', value);
      },
    },
    {
      ...typeOf('jsonpath'),
      format: 1,
      fixedBytes: -1,
      decode: (memory, _view, start, end) => versioned('jsonpath', memory, start, end),
      encode(writer, value) {
        writer.uint8(VERSION);
        encodeText(writer, 'jsonpath', value);
      },
    },
  ];
}

function versioned(name: string, memory: Uint8Array, start: number, end: number): string {
  if (start === end || memory[start] !== VERSION) throw new DecodeError(name, 'a version that is not known');
  return decodeUtf8(memory, start + 1, end);
}

function parseJson(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // What it says quotes the value.
    throw new DecodeError(name, `no JSON that JavaScript can read (${(error as Error).name})`);
  }
}

function encodeJson(writer: MessageWriter, name: string, value: unknown): void {
  // Zero bytes and halves of surrogate pairs are escaped in it.
  writer.text(stringify(name, value));
}

function stringify(name: string, value: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (cause) {
    throw new EncodeError(name, 'it cannot be made JSON', { cause });
  }
  if (text === undefined) throw new EncodeError(name, `a ${typeof value} has no JSON`);
  return text;
}
