/**
 * A client as a program of its own, to be stopped and killed: `peer-program.js PORT reads|mute [BYTES]`. It connects, says
 * `connected`, sends so many bytes, reads or not, and stays.
 */
import { createConnection } from 'node:net';

const [port = '0', manner = 'reads', bytes = '0'] = process.argv.slice(2);
const socket = createConnection({ host: '127.0.0.1', port: Number(port) });
socket.on('error', () => process.exit(1));
socket.on('connect', () => {
  console.log('connected');
  if (Number(bytes) > 0) socket.write(Buffer.alloc(Number(bytes), 'abcdefg'));
  if (manner === 'reads') socket.resume();
});
// Whoever is stopped and never continued is killed; whoever is forgotten ends with its parent.
process.stdin.resume().on('end', () => process.exit(0));
