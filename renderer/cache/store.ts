import type { Change, ChangeKind } from '#common/contract/index.ts';
import type { AccountId, ProjectId } from '#common/ids/index.ts';
import type { RedactionEdit } from '#common/redaction/index.ts';

/** Kinds of the catalog's things, in the order in which they are opened: what the first screen shows comes first. */
export const kinds = [
  'recording',
  'placement',
  'project',
  'damaged',
  'render',
  'release',
  'facts',
  'note',
  'marker',
  'review',
] as const satisfies readonly ChangeKind[];

/** What a kind's things look like. */
export type ValueOf<K extends ChangeKind> = NonNullable<Extract<Change, { kind: K }>['value']>;

/** How far the replica has come: which catalog it copies and the last change it holds. */
export type Position = { readonly epoch: string | null; readonly seq: number };

/** Before the first change of any catalog. */
export const nowhere: Position = { epoch: null, seq: 0 };

/** One thing as the replica holds it; `seq` is the change that made it so. */
export type Row = { readonly kind: ChangeKind; readonly id: string; readonly seq: number; readonly value: unknown };

/** Changes of one kind that were stored together; a row without a value says that the thing is gone. */
export type Page = { readonly kind: ChangeKind; readonly rows: readonly Row[] };

/**
 * What a store held when it was opened: kind by kind, and of each kind the newest changes first. Reading on throws when
 * anything that belongs to the copy is missing, harmed, or of another version.
 */
export type Loaded = { readonly position: Position; readonly pages: AsyncIterable<Page> };

/** How adding a page ended. `gap`: what is stored does not reach up to the page. `crowded`: written, and time to tidy up. */
export type Added = 'written' | 'gap' | 'crowded';

/** Where the rows of the catalog's copy are kept on this computer. */
export interface RowStore {
  load(): Promise<Loaded>;
  /** Adds the changes that lead from one position to another. Nothing happens when the store is that far already. */
  add(changes: readonly Row[], from: Position, to: Position): Promise<Added>;
  /** Puts these rows in the place of everything that is stored, unless the store is further in the same catalog. */
  replace(rows: readonly Row[], position: Position): Promise<void>;
  close(): void;
}

/** Edits a person made that the core has not acknowledged. They belong to that person and to nobody else. */
export type Draft = {
  readonly projectId: ProjectId;
  readonly accountId: AccountId;
  readonly baseVersion: number;
  readonly edits: readonly RedactionEdit[];
  /** Milliseconds UTC. */
  readonly savedAt: number;
};

/** Where one person's drafts and unsent texts are kept. */
export interface DraftStore {
  draft(projectId: ProjectId): Promise<Draft | null>;
  putDraft(draft: Draft): Promise<void>;
  removeDraft(projectId: ProjectId): Promise<void>;
  /** A text that was typed and not sent; empty when there is none. `id` is an opaque id and a number. */
  text(id: string): Promise<string>;
  /** An empty text is none. */
  putText(id: string, text: string): Promise<void>;
  /** How many of them were found that do not open with the key of this session. They are kept aside, as they are. */
  aside(): number;
  close(): void;
}
