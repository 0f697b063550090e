/** Subscribers that throw: in a process of their own, as what they throw is an uncaught exception. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inChild } from '../memory/in-child.js';

test('subscribers that throw on every channel harm no connection, and are uncaught exceptions', async () => {
  const { result } = await inChild(async () => {
    const { subscribe } = await import('node:diagnostics_channel');
    const { lengthPrefixed, openFrames, serveFrames } = await import('landfall');
    const uncaught: Record<string, number> = {};
    process.on('uncaughtException', (error) => {
      uncaught[error.message] = (uncaught[error.message] ?? 0) + 1;
    });
    const names = [
      ...['connect:start', 'connect:end', 'listen:start', 'listen:end', 'accept', 'close'],
      ...['error', 'frame:received', 'frame:sent'],
    ];
    for (const name of names) {
      subscribe(`landfall:${name}`, () => {
        throw new Error(name);
      });
    }
    const errors: string[] = [];
    const framing = lengthPrefixed({ lengthBytes: 4 });
    const onError = (error: Error): void => void errors.push(error.message);
    const server = await serveFrames({ host: '127.0.0.1', port: 0, framing, onError }, async (stream) => {
      for await (const frame of stream) stream.write(frame);
      throw new Error('the handler failed');
    });
    const { port } = server.address as { port: number };
    const stream = await openFrames({ host: '127.0.0.1', port, framing });
    const answers: string[] = [];
    for (const text of ['one', 'two', 'three']) {
      stream.write(Buffer.from(text));
      answers.push(Buffer.from((await stream.read())!.keep()).toString());
    }
    await stream.close();
    await server.close();
    await new Promise((resolve) => setImmediate(resolve));
    return { answers, errors, uncaught };
  });
  assert.deepEqual(result.answers, ['one', 'two', 'three']);
  assert.deepEqual(result.errors, ['the handler failed']);
  assert.deepEqual(result.uncaught, {
    'listen:start': 1,
    'connect:start': 1,
    'connect:end': 1,
    accept: 1,
    'frame:sent': 6,
    'frame:received': 6,
    error: 1,
    close: 2,
    'listen:end': 1,
  });
});
