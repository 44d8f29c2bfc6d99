import { applyEdit, type RedactionDocument, type RedactionEdit } from '#common/redaction/index.ts';

/** One thing a person did: its name, the edits that do it and those that take it back, each in the order to apply them. */
export type Step = {
  readonly label: string;
  readonly edits: readonly RedactionEdit[];
  readonly inverses: readonly RedactionEdit[];
};

/** What was done and can be undone, and what was undone and can be done again. There is no limit. */
export type History = { readonly done: readonly Step[]; readonly undone: readonly Step[] };

export const emptyHistory: History = { done: [], undone: [] };

/** A document after a step with the history that goes with it, and the edits that were applied, for saving. */
export type Stepped = {
  readonly document: RedactionDocument;
  readonly history: History;
  readonly applied: readonly RedactionEdit[];
  readonly label: string;
};

/** Applies edits in order; the inverses come back in the order that undoes them. */
export function applyAll(
  document: RedactionDocument,
  edits: readonly RedactionEdit[],
): { readonly document: RedactionDocument; readonly inverses: readonly RedactionEdit[] } {
  const inverses: RedactionEdit[] = [];
  let current = document;
  for (const edit of edits) {
    const applied = applyEdit(current, edit);
    current = applied.document;
    inverses.unshift(applied.inverse);
  }
  return { document: current, inverses };
}

/** Does something new. What was undone before can no longer be done again. */
export function doStep(
  document: RedactionDocument,
  history: History,
  label: string,
  edits: readonly RedactionEdit[],
): Stepped {
  const { document: next, inverses } = applyAll(document, edits);
  return {
    document: next,
    history: { done: [...history.done, { label, edits, inverses }], undone: [] },
    applied: edits,
    label,
  };
}

/** Takes the last step back; null when there is none. */
export function undoStep(document: RedactionDocument, history: History): Stepped | null {
  const step = history.done.at(-1);
  if (step === undefined) return null;
  const { document: next } = applyAll(document, step.inverses);
  const after = { done: history.done.slice(0, -1), undone: [...history.undone, step] };
  return { document: next, history: after, applied: step.inverses, label: step.label };
}

/** Does the last undone step again; null when there is none. */
export function redoStep(document: RedactionDocument, history: History): Stepped | null {
  const step = history.undone.at(-1);
  if (step === undefined) return null;
  const { document: next } = applyAll(document, step.edits);
  const after = { done: [...history.done, step], undone: history.undone.slice(0, -1) };
  return { document: next, history: after, applied: step.edits, label: step.label };
}
