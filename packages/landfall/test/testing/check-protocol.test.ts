/** checkProtocol finds planted faults: there is no sentence of the contract that cannot fail. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type BufferedProtocol, LandfallError, type Protocol, type Transport } from 'landfall';
import { checkProtocol, type ProtocolScript } from 'landfall/testing';

/** Answers each line with its length. Overridden below, to be at fault. */
abstract class Lines {
  lines: string[] = [];
  rest = '';
  transport: Transport | undefined;

  connectionMade(transport: Transport): void {
    this.transport = transport;
  }

  text(text: string): void {
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop()!;
    for (const line of lines) this.line(line);
  }

  line(line: string): void {
    this.lines.push(line);
    this.answer(`${line.length} `);
  }

  answer(text: string): void {
    this.transport?.write(text);
  }

  eofReceived(): void {
    if (this.rest !== '') throw new LandfallError('ERR_INCOMPLETE', 'the last line does not end');
  }

  connectionLost(_error: Error | null): void {}

  pauseWriting(): void {}
}

/** Is given what arrives. */
class LineLengths extends Lines implements Protocol {
  dataReceived(data: Uint8Array): void {
    this.text(Buffer.from(data).toString('latin1'));
  }
}

/** Lends memory. */
class LentLineLengths extends Lines implements BufferedProtocol {
  memory = new Uint8Array(8);

  getBuffer(_sizeHint: number): Uint8Array {
    return this.memory;
  }

  bufferUpdated(nbytes: number): void {
    this.text(Buffer.from(this.memory.subarray(0, nbytes)).toString('latin1'));
  }
}

type AnyLines = LineLengths | LentLineLengths;

const script: ProtocolScript<AnyLines> = {
  bytes: 'one\nthree\n\ntwelve bytes\n',
  outcome: ({ lines }, written) => ({ lines, written: written.toString() }),
  expected: { lines: ['one', 'three', '', 'twelve bytes'], written: '3 5 0 12 ' },
  timeoutMs: 300,
};

const shared = { rest: '' };

/** Each with how the sentences begin that do not hold any more. */
const FAULTS: Readonly<Record<string, readonly [factory: () => AnyLines, ...breaks: string[]]>> = {
  'it counts wrongly': [
    () =>
      new (class extends LineLengths {
        override line(line: string): void {
          super.line(`${line}!`);
        }
      })(),
    'bytes that arrive in one piece',
  ],
  'it takes each receive for whole lines': [
    () =>
      new (class extends LineLengths {
        override text(text: string): void {
          for (const line of text.split('\n').slice(0, -1)) this.line(line);
        }
      })(),
    'bytes cut in two anywhere',
    'bytes that arrive one at a time',
    'bytes that arrive late and in random pieces',
  ],
  'it is ready a turn after it said so': [
    () =>
      new (class extends LineLengths {
        override connectionMade(transport: Transport): void {
          super.connectionMade(transport);
          setImmediate(() => {
            this.lines = [];
          });
        }
      })(),
    'bytes that were received before',
  ],
  'its connections share a line': [
    () =>
      new (class extends LineLengths {
        override text(text: string): void {
          this.rest = shared.rest;
          super.text(text);
          shared.rest = this.rest;
        }
      })(),
    'two connections at once',
  ],
  'it drops answers while it should pause': [
    () =>
      new (class extends LineLengths {
        #isPaused = false;
        override pauseWriting(): void {
          this.#isPaused = true;
        }
        override answer(text: string): void {
          if (!this.#isPaused) super.answer(text);
        }
      })(),
    'a peer that reads late',
  ],
  'it takes what arrives for a Buffer': [
    () =>
      new (class extends LineLengths {
        override dataReceived(data: Uint8Array): void {
          this.text(data.toString());
        }
      })(),
    'what arrives may be any Uint8Array',
  ],
  'an end inside a line is a RangeError': [
    () =>
      new (class extends LineLengths {
        override eofReceived(): void {
          if (this.rest !== '') throw new RangeError('index out of range');
        }
      })(),
    'the peer may end after any byte',
  ],
  'a loss is not thought of': [
    () =>
      new (class extends LineLengths {
        override connectionLost(error: Error | null): void {
          if (this.rest !== '') throw new TypeError(`no last line: ${error}`);
        }
      })(),
    'the connection may be lost after any byte',
    'the connection may be closed after any byte',
    'the connection may be aborted after any byte',
  ],
  'a line that it does not know is a TypeError': [
    () =>
      new (class extends LineLengths {
        override line(line: string): void {
          if (!['one', 'three', '', 'twelve bytes'].includes(line)) throw new TypeError('undefined is not a function');
          super.line(line);
        }
      })(),
    'damaged bytes may lose the connection',
  ],
  'its memory is empty the second time': [
    () =>
      new (class extends LentLineLengths {
        #isAsked = false;
        override getBuffer(): Uint8Array {
          this.#isAsked = !this.#isAsked;
          return this.#isAsked ? this.memory : new Uint8Array(0);
        }
        override bufferUpdated(nbytes: number): void {
          this.#isAsked = false;
          super.bufferUpdated(nbytes);
        }
      })(),
    'memory may be asked for several times',
  ],
  'it takes memory that was asked for as received': [
    () =>
      new (class extends LentLineLengths {
        #asked = 0;
        override getBuffer(): Uint8Array {
          this.#asked++;
          return this.memory;
        }
        override bufferUpdated(nbytes: number): void {
          if (this.#asked === 1) super.bufferUpdated(nbytes);
          this.#asked = 0;
        }
      })(),
    'memory may be asked for ahead of time',
  ],
};

const FACTORIES: Readonly<Record<string, () => AnyLines>> = {
  Protocol: () => new LineLengths(),
  BufferedProtocol: () => new LentLineLengths(),
};

for (const [face, factory] of Object.entries(FACTORIES)) {
  for (const { name, run } of checkProtocol(factory, script)) test(`${name} (without a fault, ${face})`, run);
}

for (const [what, [factory, ...breaks]] of Object.entries(FAULTS)) {
  test(`a protocol that is at fault is found out: ${what}`, async () => {
    const cases = checkProtocol(factory, script);
    for (const broken of breaks) {
      const { name, run } = cases.find((each) => each.name.startsWith(broken))!;
      await assert.rejects(run(), assert.AssertionError, name);
    }
  });
}

test('every sentence of the protocol contract is broken by a planted fault', () => {
  const breaks = Object.values(FAULTS).flatMap(([, ...broken]) => broken);
  const names = Object.values(FACTORIES).flatMap((factory) => checkProtocol(factory, script).map(({ name }) => name));
  assert.deepEqual(
    names.filter((name) => !breaks.some((broken) => name.startsWith(broken))),
    [],
  );
});
