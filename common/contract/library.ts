import { z } from 'zod';
import { factsSchema, markerSchema, noteSchema, reviewSchema } from '../changes/index.ts';
import { placementSchema } from '../evidence/placement.ts';
import { damagedItemSchema, recordingSchema } from '../evidence/recording.ts';
import { redactionProjectSchema, releaseSchema, renderSchema } from '../evidence/work.ts';
import { evidenceIdSchema } from '../ids/index.ts';
import { frameTableWireSchema } from '../time/index.ts';
import { method } from './method.ts';

/** One thing of the catalog as the replica keeps it. The newest change of each thing; a deletion has no value. */
const change = <K extends string, V extends z.ZodType>(kind: K, value: V) =>
  z.object({ seq: z.number().int().positive(), kind: z.literal(kind), id: z.string(), value: value.nullable() });

export const changeSchema = z.discriminatedUnion('kind', [
  change('recording', recordingSchema),
  change('damaged', damagedItemSchema),
  change('project', redactionProjectSchema),
  change('render', renderSchema),
  change('release', releaseSchema),
  change('placement', placementSchema),
  change('facts', factsSchema),
  change('note', noteSchema),
  change('marker', markerSchema),
  change('review', reviewSchema),
]);
export type Change = Readonly<z.infer<typeof changeSchema>>;
export type ChangeKind = Change['kind'];

export const libraryMethods = {
  /**
   * Everything that changed after `since`, in order, at most `limit`. `epoch` names the catalog: when it differs from the
   * replica's, the replica is thrown away and rebuilt from 0. `head` is the newest sequence number there is.
   */
  'library.changes': method({
    request: z.object({ since: z.number().int().nonnegative(), limit: z.number().int().min(1).max(1000) }),
    reply: z.object({ epoch: z.string(), changes: z.array(changeSchema), head: z.number().int().nonnegative() }),
    access: 'evidence.view',
    audit: 'none',
  }),
  /**
   * Opens an evidence item for viewing: writes the audit line and lets this session's media requests for it through.
   * `mediaId` is what to ask the media door for: the original, or its proxy when the browser cannot play it.
   */
  'review.open': method({
    request: z.object({ evidenceId: evidenceIdSchema }),
    reply: z.object({ mediaId: z.string(), contentType: z.string(), frames: frameTableWireSchema }),
    access: 'evidence.view',
    audit: 'core',
  }),
  /**
   * Has a copy made that plays, where the browser cannot decode the original although it should. The recording is being
   * prepared until it is there. Throws `not-ready`; `conflict` when what was played is such a copy already.
   */
  'review.mend': method({
    request: z.object({ evidenceId: evidenceIdSchema }),
    reply: z.object({}),
    access: 'evidence.view',
    audit: 'core',
  }),
} as const;
