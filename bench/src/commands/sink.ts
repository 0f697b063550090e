/** `sink`: counts the small frames of one connection. */
import { loadNodeReceiver } from '../flood/node-receivers.js';
import { frameByteCount, oneOf, parseOptions, portNumber, UsageError } from './arguments.js';

/** Each face of frames, and the row of the flood that counts with it. */
const FACES = { push: 'landfall', batches: 'landfall-batches', iteration: 'landfall-iteration' } as const;
const FACE_NAMES = Object.keys(FACES) as (keyof typeof FACES)[];

/** What `--help` says. */
export const sinkHelp: string = `sink          counts the frames (u32 big-endian length, then the payload) of one connection, until it ends
  --port P            on 127.0.0.1; 0 lets the system choose
  --max-frame-bytes N a longer frame ends the connection (1073741824)
  --face NAME         how frames are received (push): ${FACE_NAMES.join(', ')}`;

/**
 * Waits for one connection, counts it, and resolves to the exit status.
 *
 * @throws {Error} The connection ended inside a frame or broke.
 */
export async function sink(args: string[]): Promise<number> {
  const values = parseOptions(args, {
    port: { type: 'string' },
    'max-frame-bytes': { type: 'string', default: '1073741824' },
    face: { type: 'string', default: 'push' },
  });
  if (values.port === undefined) throw new UsageError('sink wants --port');
  const maxFrameBytes = frameByteCount('max-frame-bytes', values['max-frame-bytes'], 0);
  const countFrames = await loadNodeReceiver(FACES[oneOf('face', values.face, FACE_NAMES)]);
  if (countFrames === undefined) throw new Error('a table of names is wrong');
  const { port, counted } = await countFrames(portNumber('port', values.port), maxFrameBytes);
  console.error(`listening on 127.0.0.1:${port}`);
  const { frames, bytes, seconds } = await counted;
  console.log(JSON.stringify({ frames, bytes, seconds }));
  return 0;
}
