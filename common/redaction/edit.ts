import { z } from 'zod';
import { assertNever, ExpectedError } from '../errors/index.ts';
import { muteIdSchema, trackIdSchema } from '../ids/index.ts';
import { type Mute, muteSchema, type RedactionDocument, type Track, trackSchema } from './document.ts';

/**
 * One committed change. Each is whole and reversible: it puts or takes away one track or mute at one place, so that
 * history, autosave and the audit trail all speak of the same thing.
 */
export const redactionEditSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('put-track'), track: trackSchema, at: z.number().int().nonnegative() }),
  z.object({ kind: z.literal('remove-track'), id: trackIdSchema }),
  z.object({ kind: z.literal('put-mute'), mute: muteSchema, at: z.number().int().nonnegative() }),
  z.object({ kind: z.literal('remove-mute'), id: muteIdSchema }),
]);
export type RedactionEdit =
  | { readonly kind: 'put-track'; readonly track: Track; readonly at: number }
  | { readonly kind: 'remove-track'; readonly id: Track['id'] }
  | { readonly kind: 'put-mute'; readonly mute: Mute; readonly at: number }
  | { readonly kind: 'remove-mute'; readonly id: Mute['id'] };

/** A document after a change, and the change that takes it back exactly. */
export type Applied = { readonly document: RedactionDocument; readonly inverse: RedactionEdit };

/**
 * Applies one change. `put` replaces the item with the same id where it stands, or inserts it at `at` (clamped).
 * Throws `not-found` when something absent is removed.
 */
export function applyEdit(document: RedactionDocument, edit: RedactionEdit): Applied {
  switch (edit.kind) {
    case 'put-track': {
      const { items, before } = put(document.tracks, edit.track, edit.at);
      const inverse: RedactionEdit =
        before === null
          ? { kind: 'remove-track', id: edit.track.id }
          : { kind: 'put-track', track: before.item, at: before.at };
      return { document: { ...document, tracks: items }, inverse };
    }
    case 'remove-track': {
      const { items, taken, at } = take(document.tracks, edit.id);
      return { document: { ...document, tracks: items }, inverse: { kind: 'put-track', track: taken, at } };
    }
    case 'put-mute': {
      const { items, before } = put(document.mutes, edit.mute, edit.at);
      const inverse: RedactionEdit =
        before === null
          ? { kind: 'remove-mute', id: edit.mute.id }
          : { kind: 'put-mute', mute: before.item, at: before.at };
      return { document: { ...document, mutes: items }, inverse };
    }
    case 'remove-mute': {
      const { items, taken, at } = take(document.mutes, edit.id);
      return { document: { ...document, mutes: items }, inverse: { kind: 'put-mute', mute: taken, at } };
    }
    default:
      return assertNever(edit);
  }
}

function put<T extends { readonly id: string }>(items: readonly T[], item: T, at: number) {
  const index = items.findIndex((other) => other.id === item.id);
  const old = items[index];
  if (old !== undefined) return { items: items.with(index, item), before: { item: old, at: index } };
  return { items: items.toSpliced(Math.min(at, items.length), 0, item), before: null };
}

function take<T extends { readonly id: string }>(items: readonly T[], id: string) {
  const at = items.findIndex((item) => item.id === id);
  const taken = items[at];
  if (taken === undefined) {
    throw new ExpectedError('not-found', 'This redaction is no longer there.', {
      subject: id,
      nextStep: 'Reload the recording to see its redactions as they are now.',
    });
  }
  return { items: items.toSpliced(at, 1), taken, at };
}
