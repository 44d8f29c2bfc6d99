import { eventSchema, type StationEvent } from '#common/contract/index.ts';
import type { Logger } from '#core/kernel/index.ts';
import type { AgencyCore } from '#core/station/index.ts';

export type EventListener = (event: StationEvent) => void;

/** Carries what an agency tells by itself to the clients that are signed in there, and to nobody else. */
export interface EventHub {
  /** Adds a listener of a client; returns what removes it. */
  subscribe(clientId: string, listener: EventListener): () => void;
  /** Tells one client. */
  send(clientId: string, event: StationEvent): void;
  /** Starts carrying the events of an agency. Safe to repeat. */
  watch(core: AgencyCore): void;
  close(): void;
}

/** Creates the hub. `clientsOf` names who is signed in to an agency at the moment an event comes. */
export function createEventHub(options: {
  readonly clientsOf: (core: AgencyCore) => readonly string[];
  readonly logger: Logger;
}): EventHub {
  const { clientsOf, logger } = options;
  const listeners = new Map<string, Set<EventListener>>();
  const watched = new Map<AgencyCore, () => void>();

  function send(clientId: string, event: StationEvent): void {
    for (const listener of listeners.get(clientId) ?? []) {
      try {
        listener(event);
      } catch (error) {
        logger.error('An event could not be delivered', { error, kind: event.kind });
      }
    }
  }

  function publish(core: AgencyCore, event: StationEvent): void {
    const clients = clientsOf(core).filter((clientId) => listeners.has(clientId));
    if (clients.length === 0) return;
    const parsed = eventSchema.safeParse(event);
    if (!parsed.success) {
      logger.error('An event does not have the shape the contract promises', { error: parsed.error, kind: event.kind });
      return;
    }
    for (const clientId of clients) send(clientId, parsed.data);
  }

  return {
    subscribe: (clientId, listener) => {
      const set = listeners.get(clientId) ?? new Set();
      listeners.set(clientId, set.add(listener));
      return () => {
        set.delete(listener);
        if (set.size === 0 && listeners.get(clientId) === set) listeners.delete(clientId);
      };
    },
    send,
    watch: (core) => {
      if (!watched.has(core))
        watched.set(
          core,
          core.onEvent((event) => publish(core, event)),
        );
    },
    close: () => {
      for (const stop of watched.values()) stop();
      watched.clear();
      listeners.clear();
    },
  };
}
