import type { AccountId, ProjectId } from '#common/ids/index.ts';
import { noteProblem } from '#renderer/bridge/index.ts';
import type { Draft, DraftStore } from './store.ts';

/** One person's edits that the core has not acknowledged, and texts that were not sent. */
export type Drafts = {
  readonly draft: (projectId: ProjectId) => Promise<Draft | null>;
  /** True when the draft is on the disk, false when it is only in memory. Never fails. */
  readonly putDraft: (draft: Draft) => Promise<boolean>;
  readonly removeDraft: (projectId: ProjectId) => Promise<void>;
  /** A text that was typed and not sent yet; empty when there is none. */
  readonly text: (id: string) => Promise<string>;
  /** As `putDraft`; an empty text is none. */
  readonly putText: (id: string, text: string) => Promise<boolean>;
};

/** Drafts that always work, and where they stand. */
export type KeptDrafts = Drafts & {
  /** False when some of what was written since the start is only in memory. */
  readonly stored: () => boolean;
  readonly aside: () => number;
  /** Waits for what is being written, then lets go of everything. */
  readonly close: () => Promise<void>;
};

/**
 * Drafts on the disk where that works, in memory where it does not. One that could not be written stays in memory and stands
 * before the older one on the disk. Where the store cannot be opened it is left alone: who wrote it may still get at it.
 */
export function keepDrafts(accountId: AccountId, opening: Promise<DraftStore>, tell: () => void): KeptDrafts {
  const held = new Map<string, Draft | null>();
  const heldTexts = new Map<string, string>();
  const writing = new Set<Promise<unknown>>();
  let opened: DraftStore | null = null;
  let failed = false;
  let closed = false;
  const ready = opening.then(
    (store) => {
      opened = store;
      if (store.aside() > 0) tell();
    },
    (thrown: unknown) => {
      noteProblem(thrown);
      failed = true;
      tell();
    },
  );

  const write = async <K, V>(
    memory: Map<K, V>,
    id: K,
    value: V,
    work: (target: DraftStore) => Promise<void>,
  ): Promise<boolean> => {
    await ready;
    let written = false;
    try {
      if (opened === null) throw new Error('Drafts cannot be stored in this browser.');
      await work(opened);
      memory.delete(id);
      written = true;
    } catch (thrown) {
      noteProblem(thrown);
      if (!closed) memory.set(id, value);
    }
    tell();
    return written;
  };
  const tracked = <T>(work: Promise<T>): Promise<T> => {
    writing.add(work);
    return work.finally(() => writing.delete(work));
  };
  return {
    draft: async (projectId) => {
      await ready;
      const inMemory = held.get(projectId);
      if (inMemory !== undefined || opened === null) return inMemory ?? null;
      const before = opened.aside();
      const found = await opened.draft(projectId);
      if (opened.aside() !== before) tell();
      return found;
    },
    putDraft: (draft) => {
      if (draft.accountId !== accountId) throw new Error('A draft belongs to the person who made it.');
      return tracked(write(held, draft.projectId, draft, (store) => store.putDraft(draft)));
    },
    removeDraft: async (projectId) => {
      await tracked(write(held, projectId, null, (store) => store.removeDraft(projectId)));
    },
    text: async (id) => {
      await ready;
      const inMemory = heldTexts.get(id);
      if (inMemory !== undefined || opened === null) return inMemory ?? '';
      return opened.text(id);
    },
    putText: (id, text) => tracked(write(heldTexts, id, text, (store) => store.putText(id, text))),
    stored: () => !failed && held.size === 0 && heldTexts.size === 0,
    aside: () => opened?.aside() ?? 0,
    close: async () => {
      // What an editor still says on its way out comes after this turn, and is kept.
      await Promise.all([ready, new Promise((resolve) => setTimeout(resolve))]);
      while (writing.size > 0) await Promise.all(writing);
      closed = true;
      held.clear();
      heldTexts.clear();
      opened?.close();
    },
  };
}
