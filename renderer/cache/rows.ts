import { Dexie } from 'dexie';
import type { ChangeKind } from '#common/contract/index.ts';
import { noteProblem } from '#renderer/bridge/index.ts';
import type { Seal } from './seal.ts';
import { type Loaded, nowhere, type Position, type Row, type RowStore } from './store.ts';

/** Where the stored form comes from; tests give stores that fail. */
export type RowStoreOpener = (name: string, seal: Seal) => Promise<RowStore>;

/** Rows on the disk as long as that works. The window goes on from memory when it does not. */
export type KeptRows = {
  readonly stored: () => boolean;
  /**
   * Reads what is there: the rows of one kind at a time, newest first, each thing once. What cannot be read is deleted and made
   * anew; `reset` then says to forget what was given so far. Never fails.
   */
  readonly read: (take: (kind: ChangeKind, rows: readonly Row[]) => void, reset: () => void) => Promise<Position>;
  /** Writes a page, or everything when the disk lacks what came before it. Never fails. */
  readonly add: (
    changes: readonly Row[],
    from: Position,
    to: Position,
    everything: () => readonly Row[],
  ) => Promise<void>;
  /** Forgets every row. Never fails. */
  readonly clear: () => Promise<void>;
  readonly close: () => void;
};

/** Keeps the rows of one database. `tell` is called when from now on nothing is kept. */
export function keepRows(name: string, seal: Seal, open: RowStoreOpener, tell: () => void): KeptRows {
  let store: RowStore | null = null;
  let closed = false;
  let failed = false;

  const attempt = async (take: (kind: ChangeKind, rows: readonly Row[]) => void): Promise<Position> => {
    const opened = await open(name, seal);
    store = opened;
    const { position, pages } = await opened.load();
    await takeNewest(pages, take, () => closed);
    return position;
  };
  const letGo = (thrown: unknown): void => {
    if (!closed) noteProblem(thrown);
    store?.close();
    store = null;
  };
  /** The disk filled up or was taken away: what is shown stays right, and what lies there makes room for drafts. */
  const giveUp = async (thrown: unknown): Promise<void> => {
    letGo(thrown);
    if (closed) return;
    failed = true;
    tell();
    await Dexie.delete(name).catch(noteProblem);
  };

  return {
    stored: () => !failed,
    read: async (take, reset) => {
      // Twice as it is: another window may have been tidying up. Then with everything thrown away.
      for (const last of [false, false, true]) {
        try {
          if (last) await Dexie.delete(name);
          return await attempt(take);
        } catch (thrown) {
          reset();
          if (last || closed) await giveUp(thrown);
          else letGo(thrown);
        }
        if (closed) break;
      }
      return nowhere;
    },
    add: async (changes, from, to, everything) => {
      try {
        const added = await store?.add(changes, from, to).catch((thrown: unknown) => {
          // Harmed or swept away under the open window: written anew below.
          if (!closed) noteProblem(thrown);
          return 'gap' as const;
        });
        if (added !== 'written' && !closed) await store?.replace(everything(), to);
      } catch (thrown) {
        await giveUp(thrown);
      }
    },
    clear: async () => {
      try {
        await store?.replace([], nowhere);
      } catch (thrown) {
        await giveUp(thrown);
      }
    },
    close: () => {
      closed = true;
      store?.close();
    },
  };
}

/** Hands on the last word on each thing, from pages that come newest first. */
async function takeNewest(
  pages: Loaded['pages'],
  take: (kind: ChangeKind, rows: readonly Row[]) => void,
  enough: () => boolean,
): Promise<void> {
  const known = new Set<string>();
  for await (const { kind, rows } of pages) {
    if (enough()) return;
    const fresh = rows.filter(({ id }) => !known.has(`${kind}/${id}`));
    for (const { id } of rows) known.add(`${kind}/${id}`);
    take(
      kind,
      fresh.filter(({ value }) => value !== null),
    );
  }
}
