import type { StationEvent } from '#common/contract/index.ts';
import type { Clock, Logger } from '#core/kernel/index.ts';
import type { Station } from '#core/station/index.ts';
import { createEventHub, type EventHub } from './events/index.ts';
import { createMediaDoor } from './media/index.ts';
import { createRpc } from './rpc/index.ts';
import { createRefusals, createSessions, type Sessions } from './session/index.ts';

export { loadPage, type Page, securityHeaders } from './page/index.ts';
export { longestSessionMs } from './session/index.ts';

/**
 * The door between the shells and the station; knows nothing of how messages travel. A client is an opaque id that the
 * shell vouches for (a cookie's, a window's): one client, at most one session.
 */
export interface Gateway {
  /** Answers one call, JSON text to JSON text (`Call` to `Answer`). Never rejects. */
  handle(clientId: string, text: string): Promise<string>;
  /** Events for the client while it is signed in; returns what ends the listening. */
  subscribe(clientId: string, listener: (event: StationEvent) => void): () => void;
  /** Evidence bytes: `/media/<id>`. Never rejects. */
  media(clientId: string, request: Request): Promise<Response>;
  /** The client is gone for good: its session ends. */
  disconnect(clientId: string): Promise<void>;
  /** Ends all sessions and streams. The station is closed by whoever opened it, afterwards. */
  close(): Promise<void>;
}

/** Creates the door of a station. */
export function createGateway(options: {
  readonly station: Station;
  readonly logger: Logger;
  readonly clock: Clock;
}): Gateway {
  const { station, logger, clock } = options;
  const sessions: Sessions = createSessions({
    clock,
    logger,
    onEnded: (clientId, reason) => events.send(clientId, { kind: 'session.ended', reason }),
  });
  const events: EventHub = createEventHub({ clientsOf: (core) => sessions.clientsOf(core), logger });
  const refusals = createRefusals({ station, clock, logger });
  const rpc = createRpc({ station, sessions, events, refusals, logger });
  const media = createMediaDoor({ sessions, refusals, logger });

  return {
    handle: (clientId, text) => rpc.handle(clientId, text),
    subscribe: (clientId, listener) => events.subscribe(clientId, listener),
    media: (clientId, request) => media.answer(clientId, request),
    disconnect: (clientId) => sessions.end(clientId),
    close: async () => {
      await sessions.close();
      events.close();
      await media.close();
    },
  };
}
