import { createElectronTransport, findShellBridge } from './electron-transport.ts';
import type { Transport } from './transport.ts';
import { createWebSocketTransport } from './web-socket-transport.ts';

export { type Client, createClient, type ErrorWords, errorWords } from './client.ts';
export { createElectronTransport } from './electron-transport.ts';
export { mediaUrl } from './media-url.ts';
export { noteProblem } from './problems.ts';
export { type Connection, ConnectionLostError, type Transport } from './transport.ts';
export { createWebSocketTransport, type WebSocketTiming } from './web-socket-transport.ts';

/** The way to the core that this window has: the desktop shell's bridge, or the browser shell's socket at `/rpc`. */
export function findTransport(): Transport {
  const bridge = findShellBridge(window);
  if (bridge !== null) return createElectronTransport(bridge);
  const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
  return createWebSocketTransport(`${scheme}//${location.host}/rpc`);
}
