import type { Logger } from '#core/kernel/index.ts';
import type { AgencyCore, MediaObject } from '#core/station/index.ts';

/** A seeking player drops its request and asks again at once: the opened file, its key and its last segments wait this long. */
const idleMs = 15_000;

type Entry = { readonly opening: Promise<MediaObject>; users: number; timer: NodeJS.Timeout | null; broken: boolean };

/** A borrowed media object. `release` gives it back; with `broken` it is not lent again. */
export type Loan = { readonly object: MediaObject; readonly release: (options?: { readonly broken: boolean }) => void };

/** Opened media, shared by the requests for the same thing. */
export interface ObjectPool {
  borrow(core: AgencyCore, mediaId: string): Promise<Loan>;
  /** Closes everything, lent or not. */
  close(): Promise<void>;
}

/** Creates the pool. Closing errors go to the log: nobody waits for them. */
export function createObjectPool(logger: Logger): ObjectPool {
  const pools = new Map<AgencyCore, Map<string, Entry>>();

  async function shut(entry: Entry): Promise<void> {
    try {
      await (await entry.opening).reader.close();
    } catch (error) {
      logger.error('A media reader could not be closed', { error });
    }
  }

  function giveBack(entries: Map<string, Entry>, mediaId: string, entry: Entry): void {
    entry.users--;
    if (entry.users > 0) return;
    const drop = (): void => {
      if (entries.get(mediaId) === entry) entries.delete(mediaId);
      void shut(entry);
    };
    if (entry.broken) drop();
    else entry.timer = setTimeout(drop, idleMs).unref();
  }

  return {
    borrow: async (core, mediaId) => {
      const entries = pools.get(core) ?? new Map<string, Entry>();
      pools.set(core, entries);
      const known = entries.get(mediaId);
      const entry: Entry = known ?? { opening: core.media.open(mediaId), users: 0, timer: null, broken: false };
      entries.set(mediaId, entry);
      if (entry.timer !== null) clearTimeout(entry.timer);
      entry.timer = null;
      entry.users++;
      let object: MediaObject;
      try {
        object = await entry.opening;
      } catch (error) {
        if (entries.get(mediaId) === entry) entries.delete(mediaId);
        throw error;
      }
      let returned = false;
      return {
        object,
        release: ({ broken } = { broken: false }) => {
          if (returned) return;
          returned = true;
          if (broken) {
            entry.broken = true;
            if (entries.get(mediaId) === entry) entries.delete(mediaId);
          }
          giveBack(entries, mediaId, entry);
        },
      };
    },
    close: async () => {
      const all = [...pools.values()].flatMap((entries) => [...entries.values()]);
      pools.clear();
      for (const { timer } of all) if (timer !== null) clearTimeout(timer);
      await Promise.all(all.map(shut));
    },
  };
}
