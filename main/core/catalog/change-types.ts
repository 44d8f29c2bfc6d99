import type { Facts, Marker, Note, Operation, Review, SharedEntry } from '#common/changes/index.ts';
import type { ProjectId } from '#common/ids/index.ts';

/** What documents of a kind look like. Redactions are projects, and reports are read with all their versions. */
export type DocumentOf = {
  readonly facts: Facts;
  readonly note: Note;
  readonly marker: Marker;
  readonly review: Review;
};
export type DocumentKind = keyof DocumentOf;

/** Changes of a commit that concern what people said and drew. */
export type ChangeWrite =
  /**
   * Adds an operation and makes its document anew; one that is known changes nothing. `on`: the version of the project that must be
   * stored now, else `stale-version`.
   */
  | {
      readonly put: 'operation';
      readonly value: Operation;
      readonly on?: { readonly projectId: ProjectId; readonly version: number };
    }
  /** Keeps an operation of a newer program until this one is updated. */
  | { readonly put: 'operation-aside'; readonly value: SharedEntry }
  | { readonly delete: 'operation-aside'; readonly value: SharedEntry };
