import { useCallback, useEffect, useRef, useState } from 'react';
import type { Placement } from '#common/evidence/index.ts';
import type { Client } from '#renderer/bridge/index.ts';
import { useClient, useCloud } from '#renderer/state/index.ts';

const pageSize = 500;
/** The store tells up to five times a second what it does; the list follows at this pace. */
const pace = 1_500;

/** The queue as far as it was looked at. `total` null: asked, no answer yet. `failure` of the last question. */
export type Queue = {
  readonly items: readonly Placement[];
  readonly total: number | null;
  readonly failure: unknown;
};

/** Follows the queue: its beginning at once, more as the end comes into view, all of it again when the store tells of changes. */
export function useQueue(): { readonly queue: Queue; readonly more: () => void; readonly reload: () => void } {
  const client = useClient();
  const status = useCloud((cloud) => cloud.status);
  const [queue, setQueue] = useState<Queue>({ items: [], total: null, failure: null });
  const wanted = useRef(pageSize);
  const control = useRef<{ busy: boolean; again: boolean; gone: boolean; last: number }>({
    busy: false,
    again: false,
    gone: false,
    last: 0,
  });

  const load = useCallback(async (): Promise<void> => {
    const state = control.current;
    if (state.busy) {
      state.again = true;
      return;
    }
    state.busy = true;
    state.last = performance.now();
    try {
      const loaded = await loadQueue(client, wanted.current);
      if (!state.gone) setQueue({ ...loaded, failure: null });
    } catch (failure) {
      if (!state.gone) setQueue((before) => ({ ...before, failure }));
    } finally {
      state.busy = false;
    }
    if (state.again && !state.gone) {
      state.again = false;
      void load();
    }
  }, [client]);

  useEffect(() => {
    const state = control.current;
    state.gone = false;
    return () => {
      state.gone = true;
    };
  }, []);
  useEffect(() => {
    const wait = Math.max(0, control.current.last + pace - performance.now());
    const timer = setTimeout(() => void load(), control.current.last === 0 ? 0 : wait);
    return () => clearTimeout(timer);
  }, [load, status]);

  const { items, total } = queue;
  const more = useCallback(() => {
    if (total === null || items.length >= total || wanted.current > items.length) return;
    wanted.current = items.length + pageSize;
    void load();
  }, [items.length, total, load]);
  return { queue, more, reload: useCallback(() => void load(), [load]) };
}

/** The first `count` items, in pages. Items that moved from one page to the next meanwhile stand once. */
async function loadQueue(client: Client, count: number): Promise<Pick<Queue, 'items'> & { readonly total: number }> {
  const items = new Map<string, Placement>();
  let total = 0;
  for (let offset = 0; offset < count; offset += pageSize) {
    const page = await client.call('store.queue', { offset, limit: pageSize });
    total = page.total;
    for (const item of page.items) items.set(item.id, item);
    if (page.items.length < pageSize) break;
  }
  return { items: [...items.values()], total };
}
