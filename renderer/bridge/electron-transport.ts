import type { ShellBridge } from '#common/contract/index.ts';
import { type Connection, listeners, type Transport } from './transport.ts';

/** The way to the core of the desktop shell. Both live and die together, so it is always open. */
export function createElectronTransport(bridge: ShellBridge): Transport {
  const events = listeners<unknown>();
  const stop = bridge.onEvent(events.tell);
  const open: Connection = { state: 'open' };
  return {
    exchange: (call) => bridge.call(call),
    onEvent: events.add,
    connection: () => open,
    onConnection: () => () => undefined,
    close: stop,
  };
}

/** The bridge that the desktop shell's preload lays on the window, when there is one. */
export function findShellBridge(scope: object): ShellBridge | null {
  const candidate: unknown = Reflect.get(scope, 'plainview');
  return isShellBridge(candidate) ? candidate : null;
}

function isShellBridge(value: unknown): value is ShellBridge {
  return (
    typeof value === 'object' &&
    value !== null &&
    'call' in value &&
    typeof value.call === 'function' &&
    'onEvent' in value &&
    typeof value.onEvent === 'function'
  );
}
