import { z } from 'zod';
import { muteIdSchema, trackIdSchema } from '../ids/index.ts';
import { frameRangeSchema, type Mute, type RedactionDocument, type Track } from './document.ts';

const state = z.enum(['only-first', 'only-second', 'changed']);

/** One thing that two versions of a redaction do not have alike. Ranges are null where a version does not have it. */
export const differenceSchema = z.discriminatedUnion('what', [
  z.object({
    what: z.literal('track'),
    id: trackIdSchema,
    state,
    name: z.string(),
    first: frameRangeSchema.nullable(),
    second: frameRangeSchema.nullable(),
  }),
  z.object({
    what: z.literal('mute'),
    id: muteIdSchema,
    state,
    name: z.string(),
    first: frameRangeSchema.nullable(),
    second: frameRangeSchema.nullable(),
  }),
]);
export type Difference = Readonly<z.infer<typeof differenceSchema>>;

/** What two versions do not have alike: what both have and changed, what only one has. Places in the list do not count. */
export function compareDocuments(first: RedactionDocument, second: RedactionDocument): readonly Difference[] {
  return [
    ...differing(first.tracks, second.tracks, (one): Pick<Track, 'id'> & { what: 'track' } => ({
      what: 'track',
      id: one.id,
    })),
    ...differing(first.mutes, second.mutes, (one): Pick<Mute, 'id'> & { what: 'mute' } => ({
      what: 'mute',
      id: one.id,
    })),
  ];
}

type Item = Track | Mute;

function differing<T extends Item, N extends { readonly id: T['id']; readonly what: Difference['what'] }>(
  first: readonly T[],
  second: readonly T[],
  name: (item: T) => N,
) {
  const others = new Map(second.map((item) => [item.id, item]));
  const seen = new Set<string>();
  const differences: (N & Pick<Difference, 'state' | 'name' | 'first' | 'second'>)[] = [];
  for (const item of first) {
    seen.add(item.id);
    const other = others.get(item.id);
    if (other === undefined) {
      differences.push({ ...name(item), state: 'only-first', name: item.name, first: item.range, second: null });
    } else if (JSON.stringify(item) !== JSON.stringify(other)) {
      const ranges = { first: item.range, second: other.range };
      differences.push({ ...name(item), state: 'changed', name: other.name, ...ranges });
    }
  }
  for (const item of second) {
    if (seen.has(item.id)) continue;
    differences.push({ ...name(item), state: 'only-second', name: item.name, first: null, second: item.range });
  }
  return differences;
}
