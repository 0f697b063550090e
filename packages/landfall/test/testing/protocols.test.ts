/** checkProtocol on protocols that keep their contract: the kit's own, and those of landfall. */
import { test } from 'node:test';
import { type BufferedProtocol, FramedProtocol, lengthPrefixed, type Protocol, type Transport } from 'landfall';
import { checkProtocol, type ProtocolScript, RecordingBufferedProtocol, RecordingProtocol } from 'landfall/testing';
import { frame } from '../framing/frames.js';

const recorded = {
  bytes: 'nothing in particular',
  outcome: (protocol: RecordingProtocol | RecordingBufferedProtocol) => protocol.receivedCopy().toString(),
  expected: 'nothing in particular',
};

/** Echoes each frame, and keeps a copy. */
class Echo extends FramedProtocol {
  readonly frames: string[];

  constructor() {
    const frames: string[] = [];
    super({
      framing: lengthPrefixed({ lengthBytes: 4 }),
      largeFrameBytes: 20,
      receiver: {
        frameReceived(memory, start, end, framed) {
          frames.push(Buffer.from(memory.subarray(start, end)).toString());
          framed.writeFrame(memory.subarray(start, end));
        },
      },
    });
    this.frames = frames;
  }
}

const FRAMES = ['one', '', 'a frame of more than twenty bytes', 'four'];
const WIRE = Buffer.concat(FRAMES.map((text) => frame(text)));

/** Keeps the connection open after the end, and answers a turn later. */
class LateAnswer implements Protocol {
  received = '';
  #transport: Transport | undefined;

  connectionMade(transport: Transport): void {
    this.#transport = transport;
  }

  dataReceived(data: Uint8Array): void {
    this.received += Buffer.from(data).toString('latin1');
  }

  eofReceived(): boolean {
    setImmediate(() => this.#transport?.write(`${this.received.length} bytes`));
    return true;
  }
}

function testProtocol<P extends Protocol | BufferedProtocol>(
  what: string,
  factory: () => P,
  script: ProtocolScript<P>,
): void {
  for (const { name, run } of checkProtocol(factory, script)) test(`${name} (${what})`, run);
}

testProtocol('RecordingProtocol', () => new RecordingProtocol(), recorded);
testProtocol('RecordingBufferedProtocol', () => new RecordingBufferedProtocol({}, new Uint8Array(7)), recorded);
testProtocol('FramedProtocol', () => new Echo(), {
  bytes: WIRE,
  outcome: ({ frames }, written) => ({ frames, written }),
  expected: { frames: FRAMES, written: WIRE },
});
testProtocol('a protocol that answers after the end', () => new LateAnswer(), {
  bytes: 'a question',
  outcome: (_protocol, written) => written.toString(),
  expected: '10 bytes',
});
