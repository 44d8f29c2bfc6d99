import type { Answer, Call, DesktopChannels, ShellBridge } from '#common/contract/index.ts';

const channels: DesktopChannels = { call: 'plainview:call', event: 'plainview:event' };

/** The two ways a preload has out of the page. */
export type Line = {
  readonly invoke: (channel: string, text: string) => Promise<unknown>;
  readonly on: (channel: string, listener: (text: unknown) => void) => () => void;
};

/** What the page gets: calls and events as JSON text under two fixed names, and no way to choose another. */
export function createBridge(line: Line): ShellBridge {
  return {
    call: async (message: Call) => {
      const text = await line.invoke(channels.call, JSON.stringify(message));
      if (typeof text !== 'string') throw new Error('The station gave no answer.');
      return JSON.parse(text) as Answer;
    },
    onEvent: (listener) =>
      line.on(channels.event, (text) => {
        if (typeof text === 'string') listener(JSON.parse(text));
      }),
  };
}
