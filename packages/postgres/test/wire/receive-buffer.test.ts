import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { MessageReceiver, RowReader } from '../../dist/wire/message-receiver.js';
import { ReceiveBuffer } from '../../dist/wire/receive-buffer.js';

const ROW = 'D'.charCodeAt(0);
const READY = 'Z'.charCodeAt(0);
const LIMIT_BYTES = 1 << 20;

/** A message of this type with a body of so many bytes, each of them its place. */
function message(type: number, bodyBytes: number): Uint8Array {
  const bytes = Uint8Array.from({ length: 5 + bodyBytes }, (_, i) => i - 5);
  bytes[0] = type;
  new DataView(bytes.buffer).setInt32(1, 4 + bodyBytes);
  return bytes;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(parts);
}

/** Notes what it is given: type and body. */
class Recorder implements MessageReceiver {
  rows: RowReader | null = null;
  mayGather = false;
  readonly received: { type: number; body: Uint8Array }[] = [];

  /** Takes rows one by one, and notes them as it does the rest. */
  readRows(): void {
    this.rows = {
      keepsMemory: false,
      takesParts: false,
      read: (memory, view, start, end) => {
        if (end - start < 5 || end - start < 1 + view.getInt32(start + 1)) return start;
        const next = start + 1 + view.getInt32(start + 1);
        this.message(ROW, memory, view, start + 5, next);
        return next;
      },
    };
  }

  message(type: number, memory: Uint8Array, _view: DataView, start: number, end: number): void {
    this.received.push({ type, body: memory.slice(start, end) });
  }
}

/** Receives `bytes` as a transport does, at most `pieceBytes` at once; returns the largest memory it was lent. */
function receive(buffer: ReceiveBuffer, bytes: Uint8Array, pieceBytes: (at: number) => number): number {
  let lentBytes = 0;
  for (let at = 0; at < bytes.length; ) {
    const free = buffer.free();
    assert.ok(free.length > 0, 'memory of no bytes was lent');
    lentBytes = Math.max(lentBytes, free.byteOffset + free.length);
    const piece = bytes.subarray(at, at + Math.min(free.length, pieceBytes(at)));
    free.set(piece);
    buffer.updated(piece.length);
    at += piece.length;
  }
  return lentBytes;
}

function assertReceived(recorder: Recorder, sent: readonly Uint8Array[]): void {
  assert.deepEqual(
    recorder.received,
    sent.map((bytes) => ({ type: bytes[0]!, body: new Uint8Array(bytes.subarray(5)) })),
  );
}

describe('ReceiveBuffer', () => {
  it('reads messages that come whole, cut anywhere, and byte by byte', () => {
    const sent = [message(READY, 1), message(ROW, 0), message(0x53, 300), message(ROW, 20_000), message(READY, 1)];
    const bytes = joined(sent);
    for (const step of [bytes.length, 1, 2, 3, 7, 4_096, 16_384]) {
      const recorder = new Recorder();
      receive(new ReceiveBuffer(recorder, LIMIT_BYTES), bytes, () => step);
      assertReceived(recorder, sent);
    }
    const short = joined(sent.slice(0, 3));
    for (let cut = 1; cut < short.length; cut++) {
      const recorder = new Recorder();
      receive(new ReceiveBuffer(recorder, LIMIT_BYTES), short, (at) => (at < cut ? cut - at : short.length));
      assertReceived(recorder, sent.slice(0, 3));
    }
  });

  it('reads any messages in any pieces, whether rows gather or not', () => {
    const messages = fc.array(
      fc
        .tuple(fc.constantFrom(ROW, READY, 0x53), fc.oneof(fc.nat(40), fc.nat(70_000)))
        .map(([type, bytes]) => message(type, bytes)),
      { maxLength: 30 },
    );
    const pieces = fc.infiniteStream(fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 100_000 })));
    fc.assert(
      fc.property(messages, pieces, fc.boolean(), (sent, sizes, mayGather) => {
        const recorder = new Recorder();
        recorder.readRows();
        recorder.mayGather = mayGather;
        receive(
          new ReceiveBuffer(recorder, LIMIT_BYTES),
          joined([...sent, message(READY, 1)]),
          () => sizes.next().value!,
        );
        assertReceived(recorder, [...sent, message(READY, 1)]);
      }),
    );
  });

  it('gathers rows until their result is over', () => {
    const recorder = new Recorder();
    recorder.mayGather = true;
    recorder.readRows();
    const buffer = new ReceiveBuffer(recorder, LIMIT_BYTES);
    receive(buffer, message(0x32, 0), () => 5);
    const rows = Array.from({ length: 50 }, () => message(ROW, 1_000));
    for (const row of rows) {
      receive(buffer, row, () => row.length);
      assert.equal(recorder.received.length, 1);
    }
    receive(buffer, message(READY, 1), () => 6);
    assert.equal(recorder.received.length, 52);
  });

  it('reads rows that nobody ends once they fill what may be gathered', () => {
    const recorder = new Recorder();
    recorder.mayGather = true;
    recorder.readRows();
    const buffer = new ReceiveBuffer(recorder, LIMIT_BYTES);
    receive(buffer, joined(Array.from({ length: 300 }, () => message(ROW, 1_000))), () => 8_192);
    assert.ok(recorder.received.length > 200, `${recorder.received.length} rows were read`);
  });

  it('refuses a message over the limit before it takes memory for it, and one that cannot be', () => {
    for (const [lengthValue, code] of [
      [LIMIT_BYTES, 'ERR_LIMIT'],
      [0x7fff_ffff, 'ERR_LIMIT'],
      [3, 'ERR_PROTOCOL'],
      [-1, 'ERR_PROTOCOL'],
      [-0x8000_0000, 'ERR_PROTOCOL'],
    ] as const) {
      const header = message(0x53, 0);
      new DataView(header.buffer).setInt32(1, lengthValue);
      const buffer = new ReceiveBuffer(new Recorder(), LIMIT_BYTES);
      assert.throws(() => receive(buffer, header, () => 5), { code });
    }
  });

  it('takes a row of the limit and refuses one of a byte more, however they are cut', () => {
    for (const bodyBytes of [95, 96, 295]) {
      const bytes = joined([message(ROW, 0), message(ROW, bodyBytes), message(READY, 1)]);
      for (const mayGather of [false, true]) {
        for (let pieceBytes = 1; pieceBytes <= bytes.length; pieceBytes++) {
          const recorder = new Recorder();
          recorder.readRows();
          recorder.mayGather = mayGather;
          const buffer = new ReceiveBuffer(recorder, 100);
          const received = (): unknown => receive(buffer, bytes, () => pieceBytes);
          if (bodyBytes === 95) received();
          else assert.throws(received, { code: 'ERR_LIMIT' }, `in pieces of ${pieceBytes} bytes`);
        }
      }
    }
  });

  it('takes rows of any size that are taken in parts, however they are cut', () => {
    const bytes = joined([message(ROW, 300), message(READY, 1)]);
    for (let pieceBytes = 1; pieceBytes <= bytes.length; pieceBytes++) {
      const recorder = new Recorder();
      const buffer: ReceiveBuffer = new ReceiveBuffer(recorder, 100);
      recorder.rows = {
        keepsMemory: false,
        takesParts: true,
        // As a header that is as long as it is.
        read(_memory, _view, start, end) {
          if (end - start < 11) return start;
          if (end - start < 305) buffer.skip(305 - (end - start));
          return Math.min(end, start + 305);
        },
      };
      receive(buffer, bytes, () => pieceBytes);
      assertReceived(recorder, [message(READY, 1)]);
    }
  });

  it('grows with what arrives, not with what is announced, and shrinks again', () => {
    const recorder = new Recorder();
    const buffer = new ReceiveBuffer(recorder, 1 << 30);
    const header = message(0x53, 0);
    new DataView(header.buffer).setInt32(1, (1 << 30) - 1);
    assert.ok(receive(buffer, header, () => 5) <= 16_384);
    assert.ok(receive(buffer, new Uint8Array(100_000), () => 8_192) <= 512 * 1024);

    const large = new ReceiveBuffer(recorder, 1 << 30);
    receive(large, message(0x53, 3_000_000), () => 65_536);
    assert.equal(large.free().length, 16_384);
  });

  it('receives elsewhere once rows are views of its memory', () => {
    const recorder = new Recorder();
    const buffer = new ReceiveBuffer(recorder, LIMIT_BYTES);
    const views: Uint8Array[] = [];
    recorder.rows = {
      keepsMemory: true,
      takesParts: false,
      read(memory, view, start, end) {
        if (end - start < 5 || end - start < 1 + view.getInt32(start + 1)) return start;
        const next = start + 1 + view.getInt32(start + 1);
        views.push(memory.subarray(start + 5, next));
        return next;
      },
    };
    const rows = Array.from({ length: 40 }, (_, i) => message(ROW, 500 + i));
    receive(buffer, joined([...rows, message(READY, 1)]), () => 1_777);
    assert.deepEqual(
      views.map((view) => Buffer.from(view)),
      rows.map((row) => Buffer.from(row.subarray(5))),
    );
    assertReceived(recorder, [message(READY, 1)]);
  });

  it('receives a value where it belongs, and drops one that nobody wants', () => {
    const target = new Uint8Array(1_000);
    for (const piece of [1, 2, 10, 100, 5_000]) {
      const recorder = new Recorder();
      const buffer: ReceiveBuffer = new ReceiveBuffer(recorder, LIMIT_BYTES);
      let seen = 0;
      recorder.rows = {
        keepsMemory: false,
        takesParts: true,
        // The first row is landed, the second dropped, both behind what has come of them.
        read(memory, _view, start, end) {
          if (end - start < 5) return start;
          const here = Math.min(end - start - 5, target.length);
          if (seen++ === 0) {
            target.set(memory.subarray(start + 5, start + 5 + here));
            if (here < target.length) buffer.land(target.subarray(here));
          } else if (here < target.length) buffer.skip(target.length - here);
          return start + 5 + here;
        },
      };
      target.fill(0);
      receive(buffer, joined([message(ROW, 1_000), message(ROW, 1_000), message(READY, 1)]), () => piece);
      assert.deepEqual(target, new Uint8Array(message(ROW, 1_000).subarray(5)));
      assert.equal(seen, 2);
      assertReceived(recorder, [message(READY, 1)]);
    }
  });

  it('receives elsewhere what still belongs into memory that was taken back', () => {
    const recorder = new Recorder();
    const buffer: ReceiveBuffer = new ReceiveBuffer(recorder, LIMIT_BYTES);
    const target = new Uint8Array(1_000).fill(0xee);
    recorder.rows = {
      keepsMemory: false,
      takesParts: true,
      read(_memory, _view, start, end) {
        if (end - start < 5) return start;
        buffer.land(target.subarray(end - start - 5));
        return end;
      },
    };
    const bytes = joined([message(ROW, 1_000), message(READY, 1)]);
    receive(buffer, bytes.subarray(0, 505), () => 5);
    assert.equal(target[499], message(ROW, 1_000)[504]);
    buffer.landElsewhere();
    receive(buffer, bytes.subarray(505), () => 64);
    assert.deepEqual(target.subarray(500), new Uint8Array(500).fill(0xee));
    assertReceived(recorder, [message(READY, 1)]);
  });
});
