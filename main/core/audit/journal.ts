import type { Actor, AuditEntry, AuditEvent } from '#common/audit/index.ts';

/** One stored link, with its hash computed again from what is stored (null when that cannot be read). */
export type AuditLink = {
  readonly seq: number;
  readonly previous: string;
  readonly hash: string;
  readonly recomputed: string | null;
};

/** Where the chain is kept. The catalog's `audit` is one. */
export interface AuditJournal {
  /** The newest link; seq 0 and 64 zeros when the chain is empty. */
  head(): Promise<{ readonly seq: number; readonly hash: string }>;
  /** At most `limit` entries after `after`, oldest first. */
  read(after: number, limit: number): Promise<readonly AuditEntry[]>;
  /** The same as links; never throws for what an entry holds. */
  links(after: number, limit: number): Promise<readonly AuditLink[]>;
}

/** How a check of the chain gets into the chain. The catalog's `commit` is one. */
export type RecordEvents = (commit: {
  readonly actor: Actor;
  readonly writes: readonly [];
  readonly events: readonly AuditEvent[];
}) => Promise<unknown>;
