import type { Draft, Position, ReplicaStore, Row } from './store.ts';

const start: Position = { epoch: null, seq: 0 };

/** Keeps rows as long as the window is open. For browsers that refuse IndexedDB. */
export function createMemoryStore(): ReplicaStore {
  const rows = new Map<string, Row>();
  const drafts = new Map<string, Draft>();
  let position = start;
  return {
    load: () => Promise.resolve({ position, rows: [...rows.values()] }),
    apply: (changes, next) => {
      for (const { kind, id, seq, value } of changes) {
        if (value === null) rows.delete(`${kind}/${id}`);
        else rows.set(`${kind}/${id}`, { kind, id, seq, value });
      }
      position = next;
      return Promise.resolve();
    },
    forget: () => {
      rows.clear();
      position = start;
      return Promise.resolve();
    },
    draft: (accountId, projectId) => Promise.resolve(drafts.get(`${accountId}/${projectId}`) ?? null),
    hasDrafts: () => Promise.resolve(drafts.size > 0),
    drafts: (accountId) => Promise.resolve([...drafts.values()].filter((draft) => draft.accountId === accountId)),
    putDraft: (draft) => {
      drafts.set(`${draft.accountId}/${draft.projectId}`, draft);
      return Promise.resolve();
    },
    removeDraft: (accountId, projectId) => {
      drafts.delete(`${accountId}/${projectId}`);
      return Promise.resolve();
    },
    close: () => undefined,
  };
}
