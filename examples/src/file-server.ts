/** Files over TLS, asked for by a line each: `node examples/dist/file-server.js FOLDER CERT.pem KEY.pem [PORT]`. */
import { readFileSync } from 'node:fs';
import { open, realpath, stat } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { resolve, sep } from 'node:path';
import { BufferPool, type ByteStream, serveStreams } from 'landfall';

const [folder = '.', cert = 'cert.pem', key = 'key.pem', port = '0'] = process.argv.slice(2);
const root = await realpath(folder);
const tls = { cert: readFileSync(cert), key: readFileSync(key) };
const pool = new BufferPool();

async function find(name: string): Promise<{ path: string; bytes: number } | null> {
  const path = await realpath(resolve(root, name)); // where the file is counts, behind links and `..`
  const stats = await stat(path);
  return path.startsWith(root + sep) && stats.isFile() ? { path, bytes: stats.size } : null;
}

async function send(path: string, bytes: number, stream: ByteStream): Promise<void> {
  await using file = await open(path);
  stream.write(`${bytes}\n`);
  for (let left = bytes; left > 0; ) {
    using lease = pool.acquire(Math.min(left, 262_144));
    const { bytesRead } = await file.read(lease.bytes);
    if (bytesRead < lease.bytes.length) throw new Error(`${path} has become shorter`);
    left -= bytesRead;
    if (!stream.write(lease)) await stream.drain({ timeoutMs: 60_000 }); // who does not read fills no memory
  }
}
const onError = (error: Error): void => console.error(error.message); // one connection broke: the others go on
const server = await serveStreams({ host: '127.0.0.1', port: Number(port), tls, onError }, async (stream) => {
  const ask = (): Promise<string | null> => stream.readLine({ timeoutMs: 60_000 });
  for (let name = await ask(); name !== null; name = await ask()) {
    const found = await find(name).catch(() => null);
    if (found === null) stream.write('! no such file\n');
    else await send(found.path, found.bytes, stream);
  }
});
console.log((server.address as AddressInfo).port);
