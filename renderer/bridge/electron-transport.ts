import { type CallMessage, type Connection, listeners, type Transport } from './transport.ts';

/** What the preload script of the desktop shell lays on `window.plainview`. */
export type PreloadBridge = {
  readonly call: (message: CallMessage) => Promise<unknown>;
  /** Returns how to stop listening. */
  readonly onEvent: (listener: (event: unknown) => void) => () => void;
};

/** The way to the core of the desktop shell. Both live and die together, so it is always open. */
export function createElectronTransport(bridge: PreloadBridge): Transport {
  const events = listeners<unknown>();
  const stop = bridge.onEvent(events.tell);
  const open: Connection = { state: 'open' };
  return {
    exchange: (message) => bridge.call(message),
    onEvent: events.add,
    connection: () => open,
    onConnection: () => () => undefined,
    close: stop,
  };
}

/** The preload's bridge when there is one. */
export function findPreloadBridge(scope: object): PreloadBridge | null {
  const candidate: unknown = Reflect.get(scope, 'plainview');
  return isPreloadBridge(candidate) ? candidate : null;
}

function isPreloadBridge(value: unknown): value is PreloadBridge {
  return (
    typeof value === 'object' &&
    value !== null &&
    'call' in value &&
    typeof value.call === 'function' &&
    'onEvent' in value &&
    typeof value.onEvent === 'function'
  );
}
