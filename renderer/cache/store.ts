import type { Change, ChangeKind } from '#common/contract/index.ts';
import type { AccountId, ProjectId } from '#common/ids/index.ts';
import type { RedactionEdit } from '#common/redaction/index.ts';

/** Kinds of the catalog's things, in the order the tables are made. */
export const kinds: readonly ChangeKind[] = ['recording', 'damaged', 'project', 'render', 'release', 'placement'];

/** What a kind's things look like. */
export type ValueOf<K extends ChangeKind> = NonNullable<Extract<Change, { kind: K }>['value']>;

/** How far the replica has come: which catalog it copies and the last change it holds. */
export type Position = { readonly epoch: string | null; readonly seq: number };

/** One stored thing; `seq` is the change that made it so. */
export type Row = { readonly kind: ChangeKind; readonly id: string; readonly seq: number; readonly value: unknown };

/** Edits a person made that the core has not acknowledged. They belong to that person and to nobody else. */
export type Draft = {
  readonly projectId: ProjectId;
  readonly accountId: AccountId;
  readonly baseVersion: number;
  readonly edits: readonly RedactionEdit[];
  /** Milliseconds UTC. */
  readonly savedAt: number;
};

/** Where the replica keeps its rows: IndexedDB, or memory when this browser will not keep anything. */
export interface ReplicaStore {
  load(): Promise<{ readonly position: Position; readonly rows: readonly Row[] }>;
  /** Writes a page of changes that ends at `position`, in one transaction. A page behind the stored position writes nothing. */
  apply(changes: readonly Change[], position: Position): Promise<void>;
  /** Forgets every row and the position; drafts stay. */
  forget(): Promise<void>;
  draft(accountId: AccountId, projectId: ProjectId): Promise<Draft | null>;
  /** Whether anybody left a draft. */
  hasDrafts(): Promise<boolean>;
  drafts(accountId: AccountId): Promise<readonly Draft[]>;
  putDraft(draft: Draft): Promise<void>;
  removeDraft(accountId: AccountId, projectId: ProjectId): Promise<void>;
  close(): void;
}
