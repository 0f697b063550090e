/** The benchmark's command line: `npm run -s bench -- COMMAND …`. Exit status 2 means that it was typed wrongly. */
import { all, allHelp } from './commands/all.js';
import { UsageError } from './commands/arguments.js';
import { compare, compareHelp } from './commands/compare.js';
import { connections, connectionsHelp } from './commands/connections.js';
import { echo, echoHelp } from './commands/echo.js';
import { echoServer, echoServerHelp } from './commands/echo-server.js';
import { flood, floodHelp } from './commands/flood.js';
import { idle, idleHelp } from './commands/idle.js';
import { memory, memoryHelp } from './commands/memory.js';
import { peers, peersHelp } from './commands/peers.js';
import { ping, pingHelp } from './commands/ping.js';
import { postgres, postgresHelp } from './commands/postgres.js';
import { report, reportHelp } from './commands/report.js';
import { sink, sinkHelp } from './commands/sink.js';
import { soak, soakHelp } from './commands/soak.js';
import { streams, streamsHelp } from './commands/streams.js';
import { tls, tlsHelp } from './commands/tls.js';
import { write, writeHelp } from './commands/write.js';

interface Command {
  help: string;
  /** Resolves to the exit status, or to undefined when the process lives on. */
  run(args: string[]): Promise<number | undefined>;
}

const COMMANDS: Readonly<Record<string, Command>> = {
  echo: { help: echoHelp, run: echo },
  'echo-server': { help: echoServerHelp, run: echoServer },
  sink: { help: sinkHelp, run: sink },
  flood: { help: floodHelp, run: flood },
  write: { help: writeHelp, run: write },
  streams: { help: streamsHelp, run: streams },
  tls: { help: tlsHelp, run: tls },
  ping: { help: pingHelp, run: ping },
  connections: { help: connectionsHelp, run: connections },
  memory: { help: memoryHelp, run: memory },
  idle: { help: idleHelp, run: idle },
  postgres: { help: postgresHelp, run: postgres },
  soak: { help: soakHelp, run: soak },
  peers: { help: peersHelp, run: peers },
  compare: { help: compareHelp, run: compare },
  report: { help: reportHelp, run: report },
  all: { help: allHelp, run: all },
};

async function main([name, ...args]: string[]): Promise<number | undefined> {
  if (name === undefined || name === '--help' || name === '-h') {
    const help = Object.values(COMMANDS).map((command) => command.help);
    console.log(`usage: npm run -s bench -- COMMAND [OPTIONS]\n\n${help.join('\n\n')}`);
    return name === undefined ? 2 : 0;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined)
    throw new UsageError(`no command "${name}"; there are ${Object.keys(COMMANDS).join(', ')}`);
  if (args.includes('--help') || args.includes('-h')) {
    console.log(command.help);
    return 0;
  }
  return command.run(args);
}

try {
  const status = await main(process.argv.slice(2));
  if (status !== undefined) process.exitCode = status;
} catch (error) {
  const isUsage = error instanceof UsageError;
  console.error(
    `bench: ${error instanceof Error ? error.message : String(error)}${isUsage ? ' (--help tells more)' : ''}`,
  );
  process.exitCode = isUsage ? 2 : 1;
}
