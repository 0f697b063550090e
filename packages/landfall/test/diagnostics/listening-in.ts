/** Writes down what comes on landfall's diagnostics channels. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ChannelMessages } from 'landfall';
import { Happenings } from '../../dist/testing/waiting.js';

export type ChannelName = keyof ChannelMessages;

/** One message, with its name without `landfall:`. */
interface Heard {
  readonly name: ChannelName;
  readonly message: unknown;
}

/** All channels but those of frames. */
export const CONNECTION_CHANNELS: readonly ChannelName[] = [
  'landfall:connect:start',
  'landfall:connect:end',
  'landfall:connect:error',
  'landfall:handshake:start',
  'landfall:handshake:end',
  'landfall:handshake:error',
  'landfall:listen:start',
  'landfall:listen:end',
  'landfall:accept',
  'landfall:attach',
  'landfall:close',
  'landfall:error',
];

/** Subscribes until disposed of. */
export class ListeningIn implements Disposable {
  readonly heard: Heard[] = [];
  readonly #happenings = new Happenings();
  readonly #names: readonly ChannelName[];
  readonly #note = (message: unknown, name: string | symbol): void => {
    this.heard.push({ name: name as ChannelName, message });
    this.#happenings.changed();
  };

  constructor(names: readonly ChannelName[] = CONNECTION_CHANNELS) {
    this.#names = names;
    for (const name of names) subscribe(name, this.#note);
  }

  [Symbol.dispose](): void {
    for (const name of this.#names) unsubscribe(name, this.#note);
  }

  /** The names of what came, without `landfall:`, in order. */
  get names(): string[] {
    return this.heard.map(({ name }) => name.replace('landfall:', ''));
  }

  /** What came on one channel. */
  on<Name extends ChannelName>(name: Name): ChannelMessages[Name][] {
    return this.heard.filter((heard) => heard.name === name).map(({ message }) => message as ChannelMessages[Name]);
  }

  /** What came on one channel, once so many have. */
  async untilOn<Name extends ChannelName>(name: Name, count = 1): Promise<ChannelMessages[Name][]> {
    await this.#happenings.until(`${count} of ${name}`, () => this.on(name).length >= count);
    return this.on(name);
  }
}
