/** checkFraming finds planted faults: there is no sentence of the contract that cannot fail. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Endian, type FrameCodec, FrameError, type Framing, LimitError } from 'landfall';
import { checkFraming } from 'landfall/testing';

const LARGEST = 200;

/** A byte that says how long the payload is, 200 at the most. Overridden below, to be at fault. */
class ShortFrames implements Framing, FrameCodec {
  readonly maxFrameBytes: number = LARGEST;
  headerBytes = 1;
  readonly trailerBytes = 0;
  lengthWord?: Endian;
  areLines?: boolean;
  encodeHeader?(payloadBytes: number, maxFrameBytes: number): Uint8Array;

  createCodec(): FrameCodec {
    return new (this.constructor as new () => FrameCodec)();
  }

  scan(memory: Uint8Array, start: number, end: number, maxFrameBytes: number): number {
    // Needs two bytes to tell, so that there is something to ask again about.
    if (end - start < 2 && memory[start] !== 0) return 0;
    const length = memory[start]!;
    if (length > LARGEST) throw new FrameError('too long to be', 1);
    if (length > maxFrameBytes) throw new LimitError('a short frame', length, maxFrameBytes);
    return 1 + length;
  }

  encode(payload: readonly Uint8Array[], payloadBytes: number, maxFrameBytes: number, wire: Uint8Array[]): void {
    if (payloadBytes > maxFrameBytes) throw new LimitError('a short frame', payloadBytes, maxFrameBytes);
    wire.push(Uint8Array.of(payloadBytes), ...payload);
  }
}

const FRAMES = ['hello', '', 'x', 'a longer one'];

type Scan = (memory: Uint8Array, start: number, end: number, maxFrameBytes: number) => number;
type Encode = (payload: readonly Uint8Array[], bytes: number, maxFrameBytes: number, wire: Uint8Array[]) => void;

/** Has another `scan`, made for each connection around the right one. */
function scanning(make: (scan: Scan, codec: ShortFrames) => Scan): Framing {
  return changed((codec) => {
    codec.scan = make(codec.scan.bind(codec), codec);
  });
}

function encoding(make: (encode: Encode) => Encode): Framing {
  return changed((codec) => {
    codec.encode = make(codec.encode.bind(codec));
  });
}

function changed(change: (codec: ShortFrames) => void): Framing {
  const createCodec = (): FrameCodec => {
    const codec = new ShortFrames();
    change(codec);
    return codec;
  };
  return { maxFrameBytes: LARGEST, createCodec };
}

let sharedCalls = 0;

/** Each with how the sentences begin that do not hold any more. */
const FAULTS: Readonly<Record<string, readonly [framing: Framing, ...breaks: string[]]>> = {
  'one byte too many is counted': [
    scanning(
      (scan) =>
        (...args) =>
          scan(...args) && scan(...args) + 1,
    ),
    'frames that arrive in one piece',
    'the end behind a frame is clean',
  ],
  'a frame that was cut is counted wrongly': [
    scanning((scan) => {
      let wasCut = false;
      return (...args) => {
        const bytes = scan(...args);
        const result = wasCut && bytes > 1 ? bytes - 1 : bytes;
        wasCut = bytes === 0;
        return result;
      };
    }),
    'frames cut in two',
    'frames that arrive byte by byte',
    'frames cut at random',
  ],
  'what lies behind the end is looked at': [
    scanning((scan) => (memory, start, end, max) => (memory[end] === 0x7b ? 0 : scan(memory, start, end, max))),
    'what lies around the received bytes',
  ],
  'being asked again counts as progress': [
    scanning((scan) => {
      let calls = 0;
      return (memory, start, end, max) => {
        const bytes = scan(memory, start, end, max);
        calls = bytes === 0 ? calls + 1 : 0;
        return calls > 1 ? 2 : bytes;
      };
    }),
    'a frame that is not whole may be asked about twice',
    'a frame that is not whole may be asked about again with fewer',
  ],
  'connections share what they remember': [
    scanning((scan) => (...args) => {
      const bytes = scan(...args);
      sharedCalls = bytes === 0 ? sharedCalls + 1 : 0;
      if (sharedCalls > 1) throw new FrameError('somebody else was here', 1);
      return bytes;
    }),
    'two connections have nothing to do',
  ],
  'only the first part is sent': [
    encoding((encode) => (payload, bytes, max, wire) => encode(payload.slice(0, 1), bytes, max, wire)),
    'a payload in parts',
  ],
  'the payload is changed': [
    encoding((encode) => (payload, bytes, max, wire) => {
      encode(
        payload.map((part) => Uint8Array.from(part)),
        bytes,
        max,
        wire,
      );
      for (const part of payload) part.fill(0);
    }),
    'encoding changes no payload',
  ],
  'what is to be sent already is dropped': [
    encoding((encode) => (payload, bytes, max, wire) => {
      wire.length = 0;
      encode(payload, bytes, max, wire);
    }),
    'a frame is appended',
  ],
  'sending disturbs receiving': [
    changed((codec) => {
      const { scan, encode } = codec;
      let sent = 0;
      codec.encode = (...args): void => {
        sent++;
        encode.apply(codec, args);
      };
      codec.scan = (...args): number => (sent > 3 ? 1 : scan.apply(codec, args));
    }),
    'what is sent has nothing to do',
  ],
  'encodeHeader disagrees': [
    changed((codec) => {
      codec.encodeHeader = (payloadBytes): Uint8Array => Uint8Array.of(payloadBytes, 0);
    }),
    'encodeHeader, if there is one',
  ],
  'lengthWord is no length': [
    changed((codec) => {
      codec.lengthWord = 'big';
    }),
    'lengthWord, if there is one',
  ],
  'areLines without line feeds': [
    changed((codec) => {
      codec.areLines = true;
    }),
    'areLines, if it is true',
  ],
  'a payload as large as the limit is refused': [
    scanning((scan) => (memory, start, end, max) => scan(memory, start, end, max - 1)),
    'a payload as large as the limit',
    'what is sent under a limit',
  ],
  'the limit is not looked at when receiving': [
    scanning((scan) => (memory, start, end) => scan(memory, start, end, LARGEST)),
    'a payload over the limit is never received',
  ],
  'the limit is not looked at when sending': [
    encoding((encode) => (payload, bytes, _max, wire) => encode(payload, bytes, LARGEST, wire)),
    'a payload over the limit is not sent',
  ],
  'what cannot be is a RangeError': [
    scanning((scan) => (...args) => {
      try {
        return scan(...args);
      } catch (error) {
        throw error instanceof FrameError ? new RangeError('out of range') : error;
      }
    }),
    'damaged frames come to the same end',
    'random bytes come to the same end',
  ],
  'a header that cannot be has no bytes': [
    scanning((scan) => (...args) => {
      try {
        return scan(...args);
      } catch (error) {
        throw error instanceof FrameError ? new FrameError('no progress', 0) : error;
      }
    }),
    'the scan may go on',
  ],
};

for (const { name, run } of checkFraming(new ShortFrames(), FRAMES)) test(`${name} (without a fault)`, run);

for (const [what, [framing, ...breaks]] of Object.entries(FAULTS)) {
  test(`a framing that is at fault is found out: ${what}`, async () => {
    const cases = checkFraming(framing, FRAMES);
    for (const broken of breaks) {
      const { name, run } = cases.find((each) => each.name.startsWith(broken))!;
      await assert.rejects(run(), name);
    }
  });
}

test('every sentence of the framing contract is broken by a planted fault', () => {
  const breaks = Object.values(FAULTS).flatMap(([, ...broken]) => broken);
  const names = checkFraming(new ShortFrames(), FRAMES).map(({ name }) => name);
  assert.deepEqual(
    names.filter((name) => !breaks.some((broken) => name.startsWith(broken))),
    [],
  );
});
