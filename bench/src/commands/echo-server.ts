/** `echo-server`: one row's echo server by itself, until it is killed. */
import { loadNodeContender, NODE_CONTENDERS } from '../contenders/node-contenders.js';
import { PREFIXES } from '../contenders/prefix.js';
import { serveEcho } from '../contenders/server-role.js';
import { frameByteCount, oneOf, parseOptions, portNumber, UsageError } from './arguments.js';

/** What `--help` says. */
export const echoServerHelp: string = `echo-server   echoes whole frames on 127.0.0.1, on any number of connections, until it is killed
  --port P            0 lets the system choose; the line that says it listens names it
  --prefix NAME       ${Object.keys(PREFIXES).join(' or ')} (u64le)
  --max-frame-bytes N a longer frame ends its connection (1073741824)
  --contender NAME    the row that serves (landfall): ${NODE_CONTENDERS.join(', ')}`;

/** Starts the server; the process then lives until it is killed. */
export async function echoServer(args: string[]): Promise<undefined> {
  const values = parseOptions(args, {
    port: { type: 'string' },
    prefix: { type: 'string', default: 'u64le' },
    'max-frame-bytes': { type: 'string', default: '1073741824' },
    contender: { type: 'string', default: 'landfall' },
  });
  if (values.port === undefined) throw new UsageError('echo-server wants --port');
  const requestedPort = portNumber('port', values.port);
  const prefix = PREFIXES[oneOf('prefix', values.prefix, Object.keys(PREFIXES))];
  const maxFrameBytes = frameByteCount('max-frame-bytes', values['max-frame-bytes'], 0);
  const contender = await loadNodeContender(oneOf('contender', values.contender, NODE_CONTENDERS));
  if (prefix === undefined || contender === undefined) throw new Error('a table of names is wrong');
  const { port } = await serveEcho(contender, requestedPort, {
    prefix,
    maxFrameBytes,
    log: (line) => console.error(line),
  });
  console.log(JSON.stringify({ event: 'listening', port }));
}
