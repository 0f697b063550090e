import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runBench } from './testing/run-bench.js';

const WRONGLY_TYPED: [words: string[], complaint: RegExp][] = [
  [['ehco'], /no command "ehco"; there are echo, /],
  [['echo', '--frame-byte', '5'], /--frame-byte/],
  [['echo', '--frame-bytes', '3'], /--frame-bytes wants a whole number of at least 4, not "3"/],
  [['echo', '--frame-bytes', '4294901761'], /--frame-bytes wants at most 4294901760 \(4 GiB - 64 KiB\), not/],
  [['echo', '--frames', 'many'], /--frames wants a whole number of at least 1, not "many"/],
  [['echo', '--contenders', 'landfall,landfill'], /no contender "landfill"; there are landfall, /],
  [['echo', '--client', 'java'], /--client wants one of same, c, not "java"/],
  [['echo', 'extra'], /extra/],
  [['echo-server'], /echo-server wants --port/],
  [['echo-server', '--port', '70000'], /at most 65535/],
  [['echo-server', '--port', '0', '--prefix', 'u16'], /--prefix wants one of u64le, u32be, not "u16"/],
  [['echo-server', '--port', '0', '--contender', 'c'], /--contender wants one of landfall, .*, not "c"/],
  [['echo-server', '--port', '0', '--max-frame-bytes', '4294901761'], /--max-frame-bytes wants at most 4294901760/],
  [['sink'], /sink wants --port/],
  [['sink', '--port', '0', '--max-frame-bytes', '4294901761'], /--max-frame-bytes wants at most 4294901760/],
  [['sink', '--port', '0', '--face', 'pull'], /--face wants one of push, .*, not "pull"/],
  [['flood', '--frame-bytes', '16,0'], /--frame-bytes wants a whole number of at least 1, not "0"/],
  [['flood', '--frames', '5', '--seconds', '5'], /--seconds, --frames and --mbytes exclude each other/],
  [['flood', '--contenders', 'landfall,rust'], /no contender "rust"; there are landfall, /],
  [['write', '--frames', 'few'], /--frames wants a whole number of at least 1, not "few"/],
  [['write', '--contenders', 'c'], /no contender "c"; there are landfall, /],
  [['soak', '--minutes', '0'], /--minutes wants a number above 0, not "0"/],
  [['idle', '--connections', '0'], /--connections wants a whole number of at least 1, not "0"/],
  [['idle', '--rounds', 'many'], /--rounds wants a whole number of at least 1, not "many"/],
  [['streams', '--tasks', 'lines,words'], /--tasks wants one of lines, .*, not "words"/],
  [['streams', '--bytes', '100'], /--bytes wants one task beside it/],
  [['streams', '--contenders', 'c'], /no contender "c"; there are landfall-offset, /],
  [['tls', '--contenders', 'c'], /no contender "c"; there are landfall, /],
  [['tls', '--handshake-ms', 'long'], /--handshake-ms wants a whole number of at least 0, not "long"/],
  [['compare', 'old.json'], /compare wants OLD NEW/],
  [['compare', 'a', 'b', 'c'], /compare wants OLD NEW/],
  [['postgres', '--query', '8-more'], /--query wants one of 1-pg_type, .*, not "8-more"/],
  [['postgres', '--url', 'mysql://x'], /--url wants postgresql:/],
  [['postgres', '--url', 'postgres://x/y', '--server', 'debian'], /--url and --server exclude each other/],
  [['postgres', '--seconds', '1', '--milliseconds', '1'], /--seconds and --milliseconds exclude each other/],
  [['postgres', '--over', 'pigeon'], /--over wants one of tcp, unix, tls, not "pigeon"/],
  [['postgres', '--contenders', 'libpq'], /no contender "libpq"; there are landfall, /],
  [['all', '--slow'], /--slow/],
];

const COMMANDS =
  'echo echo-server sink flood write streams tls ping connections memory idle postgres soak peers compare report all'.split(
    ' ',
  );

describe('the command line', () => {
  for (const [words, complaint] of WRONGLY_TYPED) {
    it(`refuses "${words.join(' ')}" with status 2 and a reason`, async () => {
      const { status, stdout, stderr } = await runBench(...words);
      assert.equal(status, 2);
      assert.equal(stdout, '');
      assert.match(stderr, complaint);
      assert.equal(stderr.trimEnd().split('\n').length, 1);
    });
  }

  it('explains every command with --help', async () => {
    const { status, stdout } = await runBench('--help');
    assert.equal(status, 0);
    for (const command of COMMANDS) {
      assert.match(stdout, new RegExp(`^${command} `, 'm'));
    }
  });
});
