import { type Call, longestCall } from '#common/contract/index.ts';
import { ExpectedError } from '#common/errors/index.ts';
import { noteProblem } from './problems.ts';
import { type Connection, ConnectionLostError, listeners, type Transport } from './transport.ts';

type Pending = {
  readonly message: Call;
  readonly repeatable: boolean;
  readonly resolve: (reply: unknown) => void;
  readonly reject: (error: Error) => void;
  sent: boolean;
};

/** Times in milliseconds; tests shorten them. */
export type WebSocketTiming = {
  readonly firstRetry: number;
  readonly longestRetry: number;
  /** Silence after which the far side is asked whether it is still there. */
  readonly heartbeat: number;
  /** How long it may take to answer that before the connection counts as lost. */
  readonly patience: number;
};

const usualTiming: WebSocketTiming = { firstRetry: 250, longestRetry: 5_000, heartbeat: 15_000, patience: 10_000 };

/**
 * The way to the core of the browser shell. Reconnects by itself with growing pauses; asks for a sign of life during
 * silence, because a dead peer on a sleeping laptop sends no close.
 */
export function createWebSocketTransport(url: string, timing: WebSocketTiming = usualTiming): Transport {
  const events = listeners<unknown>();
  const changes = listeners<Connection>();
  const pending = new Map<number, Pending>();
  let connection: Connection = { state: 'connecting' };
  let socket: WebSocket | null = null;
  let closed = false;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;
  let aliveTimer: ReturnType<typeof setTimeout> | undefined;

  const setConnection = (next: Connection): void => {
    connection = next;
    changes.tell(next);
  };

  const heard = (): void => {
    clearTimeout(aliveTimer);
    aliveTimer = setTimeout(() => {
      transmit({ id: 0, method: 'session.current', params: {} });
      aliveTimer = setTimeout(() => drop(), timing.patience);
    }, timing.heartbeat);
  };

  const transmit = (message: Call): void => socket?.send(JSON.stringify(message));

  const connect = (): void => {
    const fresh = new WebSocket(url);
    socket = fresh;
    fresh.addEventListener('open', () => {
      if (fresh !== socket) return;
      heard();
      setConnection({ state: 'open' });
      for (const call of pending.values()) {
        call.sent = true;
        transmit(call.message);
      }
    });
    fresh.addEventListener('message', (event) => {
      if (fresh !== socket) return;
      heard();
      receive(event.data);
    });
    fresh.addEventListener('close', () => {
      if (fresh === socket) drop();
    });
  };

  const receive = (data: unknown): void => {
    const message = parseObject(data);
    if (message === null) return;
    if ('event' in message) {
      events.tell(message['event']);
      return;
    }
    const id = message['id'];
    const call = typeof id === 'number' ? pending.get(id) : undefined;
    if (call === undefined) return;
    pending.delete(call.message.id);
    call.resolve(message);
  };

  const drop = (): void => {
    clearTimeout(aliveTimer);
    const old = socket;
    socket = null;
    old?.close();
    if (closed) return;
    for (const [id, call] of pending) {
      if (call.repeatable || !call.sent) continue;
      pending.delete(id);
      call.reject(new ConnectionLostError());
    }
    const attempts = connection.state === 'lost' ? connection.attempts + 1 : 1;
    const since = connection.state === 'lost' ? connection.since : Date.now();
    setConnection({ state: 'lost', since, attempts });
    const pause = Math.min(timing.longestRetry, timing.firstRetry * 2 ** (attempts - 1));
    retryTimer = setTimeout(connect, pause * (0.75 + Math.random() / 2));
  };

  connect();

  return {
    exchange: (message, repeatable) =>
      new Promise((resolve, reject) => {
        if (closed) {
          reject(new ConnectionLostError('The connection was closed.'));
          return;
        }
        if (connection.state === 'lost' && !repeatable) {
          reject(new ConnectionLostError());
          return;
        }
        if (JSON.stringify(message).length > longestCall) {
          reject(new ExpectedError('too-large', 'This is too much to send at once.', { subject: message.method }));
          return;
        }
        const open = connection.state === 'open';
        pending.set(message.id, { message, repeatable, resolve, reject, sent: open });
        if (open) transmit(message);
      }),
    onEvent: events.add,
    connection: () => connection,
    onConnection: changes.add,
    close: () => {
      closed = true;
      clearTimeout(retryTimer);
      clearTimeout(aliveTimer);
      socket?.close();
      socket = null;
      for (const call of pending.values()) call.reject(new ConnectionLostError('The connection was closed.'));
      pending.clear();
    },
  };
}

function parseObject(data: unknown): Record<string, unknown> | null {
  if (typeof data !== 'string') return null;
  try {
    const value: unknown = JSON.parse(data);
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch (thrown) {
    noteProblem(thrown);
    return null;
  }
}
