/** What goes around a payload that is sent, and whose the memory is. */
import assert from 'node:assert/strict';
import { seededFeed } from '../feeds.js';
import { Decoder } from './decoding.js';
import { encode, type FramingSentence } from './sample.js';

const LINE_FEED = 0x0a;
const LENGTH_WORD_BYTES = 4;

export const sent: readonly FramingSentence[] = [
  {
    sentence: 'a payload in parts, empty ones among them, is encoded like the same one whole',
    body: ({ framing, payloads, encoded }) => {
      const codec = framing.createCodec();
      for (const [i, payload] of payloads.entries()) {
        for (const pieceBytesMax of [1, 3, 1000]) {
          const nothing = new Uint8Array(0);
          const parts = [nothing, ...seededFeed(payload, i, pieceBytesMax), nothing];
          assert.deepEqual(
            encode(codec, parts, framing.maxFrameBytes),
            encoded[i],
            `frame ${i} in ${parts.length} parts`,
          );
        }
      }
    },
  },
  {
    sentence: 'encoding changes no payload',
    body: ({ framing, payloads }) => {
      const codec = framing.createCodec();
      for (const payload of payloads) {
        const before = Buffer.from(payload);
        encode(codec, [payload], framing.maxFrameBytes);
        assert.deepEqual(payload, before);
      }
    },
  },
  {
    sentence: 'a frame is appended to what is to be sent already',
    body: ({ framing, payloads, encoded }) => {
      const before = Buffer.from('before');
      const wire: Uint8Array[] = [before];
      framing.createCodec().encode([payloads[0]!], payloads[0]!.length, framing.maxFrameBytes, wire);
      assert.equal(wire[0], before);
      assert.deepEqual(Buffer.concat(wire.slice(1)), encoded[0]);
    },
  },
  {
    sentence: 'what is sent has nothing to do with what is being received',
    body: ({ framing, payloads, encoded, wire, texts }) => {
      const codec = framing.createCodec();
      const decoder = new Decoder(codec, framing.maxFrameBytes, {});
      for (let at = 0; at < wire.length; at++) {
        decoder.receive(wire.subarray(at, at + 1));
        const i = at % payloads.length;
        assert.deepEqual(
          encode(codec, [payloads[i]!], framing.maxFrameBytes),
          encoded[i],
          `frame ${i} after ${at} bytes`,
        );
      }
      assert.deepEqual(decoder.frames, texts);
    },
  },
  {
    sentence: 'encodeHeader, if there is one, agrees with encode',
    body: ({ framing, payloads, encoded }) => {
      const codec = framing.createCodec();
      if (codec.encodeHeader === undefined) return;
      for (const [i, payload] of payloads.entries()) {
        const header = codec.encodeHeader(payload.length, framing.maxFrameBytes);
        assert.deepEqual(Buffer.concat([header, payload]), encoded[i], `frame ${i}`);
      }
    },
  },
  {
    sentence: 'lengthWord, if there is one, says how each frame begins',
    body: ({ framing, payloads, encoded }) => {
      const { lengthWord } = framing.createCodec();
      if (lengthWord === undefined) return;
      for (const [i, payload] of payloads.entries()) {
        const word = Buffer.alloc(LENGTH_WORD_BYTES);
        if (lengthWord === 'big') word.writeUInt32BE(payload.length);
        else word.writeUInt32LE(payload.length);
        assert.deepEqual(Buffer.concat([word, payload]), encoded[i], `frame ${i}`);
      }
    },
  },
  {
    sentence: 'areLines, if it is true, says how each frame ends',
    body: ({ framing, payloads, encoded }) => {
      if (framing.createCodec().areLines !== true) return;
      for (const [i, payload] of payloads.entries())
        assert.deepEqual(Buffer.concat([payload, Buffer.of(LINE_FEED)]), encoded[i], `frame ${i}`);
    },
  },
];
