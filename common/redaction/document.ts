import { z } from 'zod';
import { boxSchema } from '../geometry/index.ts';
import { muteIdSchema, trackIdSchema } from '../ids/index.ts';

const frame = z.number().int().nonnegative();

/** Smallest pixelate block and blur radius that are accepted, in source pixels; anything weaker can be read back. */
export const weakestPixelate = 16;
export const weakestBlur = 16;

/** How a region is hidden. Solid is the default: pixelate and blur keep information. Sizes in source pixels, even. */
export const maskStyleSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('solid') }),
  z.object({ kind: z.literal('pixelate'), block: z.number().int().min(weakestPixelate).max(256).multipleOf(2) }),
  z.object({ kind: z.literal('blur'), radius: z.number().int().min(weakestBlur).max(256).multipleOf(2) }),
]);
export type MaskStyle = Readonly<z.infer<typeof maskStyleSchema>>;

/** Frames `first` to `last`, both included. */
export const frameRangeSchema = z
  .object({ first: frame, last: frame })
  .refine((range) => range.first <= range.last, 'the first frame comes after the last');
export type FrameRange = Readonly<z.infer<typeof frameRangeSchema>>;

/** Where the box is at one frame. */
export const keyframeSchema = z.object({ frame, box: boxSchema });
export type Keyframe = Readonly<z.infer<typeof keyframeSchema>>;

/**
 * One thing being hidden. It covers exactly `range`, never more or less: before the first keyframe the box rests where the
 * first puts it, after the last where the last puts it, in between it moves in a straight line.
 */
export const trackSchema = z.object({
  id: trackIdSchema,
  name: z.string().trim().min(1).max(80),
  style: maskStyleSchema,
  range: frameRangeSchema,
  keyframes: z
    .array(keyframeSchema)
    .min(1)
    .refine(
      (keys) => keys.every((key, i) => i === 0 || (keys[i - 1]?.frame ?? -1) < key.frame),
      'keyframes out of order',
    ),
});
export type Track = Omit<Readonly<z.infer<typeof trackSchema>>, 'keyframes'> & {
  readonly keyframes: readonly Keyframe[];
};

/** A stretch without sound: from the start of the first frame to the end of the last. */
export const muteSchema = z.object({
  id: muteIdSchema,
  name: z.string().trim().min(1).max(80),
  range: frameRangeSchema,
});
export type Mute = Readonly<z.infer<typeof muteSchema>>;

/** Everything a person decided about one evidence item's redaction. */
export const redactionDocumentSchema = z.object({ tracks: z.array(trackSchema), mutes: z.array(muteSchema) });
export type RedactionDocument = { readonly tracks: readonly Track[]; readonly mutes: readonly Mute[] };

/** A document in which nothing is hidden yet. */
export const emptyDocument: RedactionDocument = { tracks: [], mutes: [] };
