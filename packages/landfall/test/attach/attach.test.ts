import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import { Duplex } from 'node:stream';
import { test } from 'node:test';
import { attach, FramedProtocol, type LandfallError, lengthPrefixed, type Protocol, type Transport } from 'landfall';
import { loopTurns } from '../../dist/testing/waiting.js';
import { framedConnection } from '../framing/framed-connection.js';
import { frame, until } from '../framing/frames.js';

const U32 = lengthPrefixed({ lengthBytes: 4 });

/** Everything received, as text, and how it ended. */
class Recorder implements Protocol {
  text = '';
  transport: Transport | null = null;
  lost: Error | null | undefined = undefined;

  connectionMade(transport: Transport): void {
    this.transport = transport;
  }

  dataReceived(data: Uint8Array): void {
    this.text += Buffer.from(data).toString();
  }

  connectionLost(error: Error | null): void {
    this.lost = error;
  }
}

async function socketPair(): Promise<[net.Socket, net.Socket]> {
  const server = net.createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const accepted = once(server, 'connection') as Promise<[net.Socket]>;
  const client = net.connect((server.address() as net.AddressInfo).port, '127.0.0.1');
  const [socket] = await accepted;
  await once(client, 'connect').catch((error: Error) => assert.fail(error));
  server.close();
  return [socket, client];
}

test('after an HTTP upgrade the socket is a transport, and the head comes first', async () => {
  const received: string[] = [];
  const server = http.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  let mode = '';
  server.on('upgrade', (_request, socket, head) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: frames\r\n\r\n');
    const receiver = {
      frameReceived(memory: Uint8Array, start: number, end: number, framed: FramedProtocol): void {
        received.push(Buffer.from(memory.subarray(start, end)).toString());
        framed.writeFrame(memory.subarray(start, end));
      },
    };
    const { transport } = attach(
      socket,
      () => new FramedProtocol({ framing: lengthPrefixed({ lengthBytes: 4 }), receiver }),
      { unread: head },
    );
    mode = transport.receiveMode;
  });
  const client = net.connect((server.address() as net.AddressInfo).port, '127.0.0.1');
  const answer: Buffer[] = [];
  client.on('data', (chunk: Buffer) => answer.push(chunk));
  const request = 'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: frames\r\n\r\n';
  const second = frame('second');
  // The first frame comes in one piece with the request, and half of the second.
  client.write(Buffer.concat([Buffer.from(request), frame('first'), second.subarray(0, 5)]));
  await until(() => received.length === 1);
  client.write(second.subarray(5));
  client.write(frame('third'));
  await until(() => received.length === 3);
  assert.deepEqual(received, ['first', 'second', 'third']);
  const echoed = Buffer.concat([frame('first'), second, frame('third')]);
  await until(() => Buffer.concat(answer).includes(echoed));
  assert.equal(mode, process.env['LANDFALL_RECEIVE'] === 'copy' ? 'copy' : 'direct');
  client.destroy();
  server.close();
});

test('what a socket received before it was attached is delivered, then what follows, then the end', async () => {
  const [socket, peer] = await socketPair();
  peer.write('before ');
  await until(() => socket.readableLength === 7 || socket.bytesRead === 7 || socket.read(0) !== null);
  const { protocol, transport } = attach(socket, () => new Recorder(), { unread: Buffer.from('unread ') });
  await until(() => protocol.text === 'unread before ');
  peer.end('after');
  await until(() => protocol.lost !== undefined);
  assert.equal(protocol.text, 'unread before after');
  assert.equal(protocol.lost, null);
  await transport.closed;
});

test('a socket whose peer had ended before is delivered whole, and ends', async () => {
  const [socket, peer] = await socketPair();
  peer.end('all of it');
  socket.read(0);
  await until(() => socket.readableLength === 9);
  const { protocol } = attach(socket, () => new Recorder());
  await until(() => protocol.lost !== undefined);
  assert.equal(protocol.text, 'all of it');
});

test('any duplex stream of bytes can be attached to', async () => {
  const written: Buffer[] = [];
  const stream = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      // A copy: the memory is reused once this is done.
      written.push(Buffer.from(chunk));
      done();
    },
  });
  const { protocol, transport } = attach(stream, () => new Recorder());
  assert.equal(transport.receiveMode, 'copy');
  stream.push('hello');
  await until(() => protocol.text === 'hello');
  transport.write('answer');
  transport.ref();
  await transport.flushed();
  assert.equal(Buffer.concat(written).toString(), 'answer');
  transport.close();
  await transport.closed;
  assert.equal(protocol.lost, null);
});

test('a closed socket, a stream of objects and what is no stream are refused, and the factory’s error is thrown on', async () => {
  const [socket, peer] = await socketPair();
  assert.throws(
    () =>
      attach(socket, () => {
        throw new Error('no');
      }),
    /no/,
  );
  assert.equal(socket.destroyed, false);
  socket.destroy();
  peer.destroy();
  assert.throws(
    () => attach(socket, () => new Recorder()),
    (error: LandfallError) => error.code === 'ERR_CLOSED',
  );
  assert.throws(() => attach(new Duplex({ objectMode: true, read() {} }), () => new Recorder()), TypeError);
  assert.throws(() => attach({} as Duplex, () => new Recorder()), TypeError);
});

/** A stream of bytes that goes nowhere; what comes from it is pushed. */
function pushable(): Duplex {
  return new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
}

test('a connection attached with unread bytes inside frameReceived leaves the frames of that receive as they are', async () => {
  const inner: string[] = [];
  const receiver = {
    frameReceived(memory: Uint8Array, start: number, end: number): void {
      inner.push(Buffer.from(memory.subarray(start, end)).toString());
    },
  };
  const seen: string[] = [];
  await using connection = await framedConnection({
    frameReceived(memory, start, end) {
      if (seen.length === 0)
        attach(pushable(), () => new FramedProtocol({ framing: U32, receiver }), { unread: frame('inner'.repeat(20)) });
      seen.push(Buffer.from(memory.subarray(start, end)).toString());
    },
  });
  await connection.peer.send(Buffer.concat([frame('first'), frame('second'), frame('third')]));
  await until(() => inner.length === 1);
  assert.deepEqual(seen, ['first', 'second', 'third']);
  assert.deepEqual(inner, ['inner'.repeat(20)]);
});

test('frames within frames: bytes pushed to an attached stream inside frameReceived come after it has returned', async () => {
  const inner: string[] = [];
  const seen: string[] = [];
  const tunnel = pushable();
  const receiver = {
    frameReceived(memory: Uint8Array, start: number, end: number): void {
      inner.push(Buffer.from(memory.subarray(start, end)).toString());
    },
  };
  attach(tunnel, () => new FramedProtocol({ framing: U32, receiver }));
  await loopTurns();
  await using connection = await framedConnection({
    frameReceived(memory, start, end) {
      tunnel.push(Buffer.from(memory.subarray(start, end)));
      assert.equal(inner.length, 0);
      seen.push(Buffer.from(memory.subarray(start, end)).toString());
    },
  });
  const wrapped = ['one', 'twotwo', 'threethree'].map((text) => frame(text));
  await connection.peer.send(Buffer.concat(wrapped.map((bytes) => frame(bytes))));
  await until(() => inner.length === 3);
  assert.deepEqual(seen, wrapped.map(String));
  assert.deepEqual(inner, ['one', 'twotwo', 'threethree']);
});
