import { z } from 'zod';
import {
  damagedIdSchema,
  evidenceIdSchema,
  posterIdSchema,
  proxyIdSchema,
  recordingIdSchema,
  sidecarIdSchema,
} from '../ids/index.ts';
import { triggerEventSchema } from './trigger-sidecar.ts';

/** SHA-256 as 64 lower-case hexadecimal digits. */
export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);
/** Milliseconds UTC since 1970. */
export const instantSchema = z.number().int();

/** What FFmpeg found in a media file. Sizes in pixels of the upright picture, times in microseconds. */
export const mediaFactsSchema = z.object({
  container: z.string(),
  durationUs: z.number().int().nonnegative(),
  video: z.object({
    codec: z.string(),
    /** Size after the rotation tag was applied. */
    width: z.number().int().positive(),
    height: z.number().int().positive(),
    /** Clockwise turn that makes the coded picture upright: 0, 90, 180 or 270 degrees. */
    rotation: z.union([z.literal(0), z.literal(90), z.literal(180), z.literal(270)]),
    /** Width of an upright pixel divided by its height; 1 for square pixels. */
    pixelAspect: z.number().positive(),
    frames: z.number().int().positive(),
    framesPerSecond: z.number().positive(),
    variableRate: z.boolean(),
  }),
  audio: z
    .object({ codec: z.string(), sampleRate: z.number().int().positive(), channels: z.number().int().positive() })
    .nullable(),
  /**
   * Pictures and sound tracks the file holds in all; absent when they were not counted yet. One of each is shown, redacted and
   * released; the others are kept in the sealed original and nowhere else.
   */
  tracks: z.object({ pictures: z.number().int().positive(), sounds: z.number().int().nonnegative() }).optional(),
  /** Frames that turned out not to decode, once somebody tried all of them; the picture before stands in their place. */
  undecodableFrames: z.number().int().nonnegative().optional(),
  /** True when Chromium plays the original itself; else a proxy is made. */
  playsInBrowser: z.boolean(),
});
export type MediaFacts = Readonly<z.infer<typeof mediaFactsSchema>>;

/** Where the preparation of a sealed segment stands. `unplayable` keeps the reason; the sealed original is untouched by it. */
export const mediaStateSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('waiting') }),
  z.object({ state: z.literal('making-proxy'), facts: mediaFactsSchema }),
  z.object({
    state: z.literal('ready'),
    facts: mediaFactsSchema,
    posterId: posterIdSchema.nullable(),
    /** Present when the browser cannot play the original. It has the same frames at the same times. */
    proxyId: proxyIdSchema.nullable(),
  }),
  z.object({ state: z.literal('unplayable'), reason: z.string() }),
]);
export type MediaState = Readonly<z.infer<typeof mediaStateSchema>>;

/** One original media file of a recording. */
export const segmentSchema = z.object({
  evidenceId: evidenceIdSchema,
  index: z.number().int().nonnegative(),
  /** The file's name on the camera, for people; never used to build a path. */
  fileName: z.string(),
  /** Path below the dock's root, with `/`, for people and for recognising the file when the camera is docked again. */
  sourcePath: z.string(),
  sha256: sha256Schema,
  sizeBytes: z.number().int().nonnegative(),
  sealedAt: instantSchema,
  /** `device`: the read-back came from the storage itself; `cache`: it may have come from memory. */
  readBack: z.enum(['device', 'cache']),
  media: mediaStateSchema,
});
export type Segment = Readonly<z.infer<typeof segmentSchema>>;

/** How well the start is known, and why it may be doubted. */
export const startSchema = z.object({
  at: instantSchema,
  precision: z.enum(['second', 'minute']),
  from: z.enum(['file-name', 'container', 'file-date']),
  /** Set when the camera's clock cannot be right (years off, in the future). The recorded time itself is never rewritten. */
  doubt: z.string().nullable(),
});
export type RecordingStart = Readonly<z.infer<typeof startSchema>>;

/** A sealed file that came with a recording. */
export const sidecarSchema = z.object({
  sidecarId: sidecarIdSchema,
  fileName: z.string(),
  kind: z.enum(['triggers', 'gps', 'vendor']),
  sha256: sha256Schema,
  sizeBytes: z.number().int().nonnegative(),
});
export type Sidecar = Readonly<z.infer<typeof sidecarSchema>>;

/** One continuous capture by one camera: what the library lists. */
export const recordingSchema = z.object({
  id: recordingIdSchema,
  title: z.string(),
  device: z.object({ id: z.string(), name: z.string() }),
  profileId: z.string(),
  officer: z.string().nullable(),
  start: startSchema,
  /** Set by the camera's own lock or protect mark. */
  protectedOnCamera: z.boolean(),
  preEvent: z.object({ microseconds: z.number().int().positive(), silent: z.boolean() }).nullable(),
  segments: z.array(segmentSchema).min(1),
  sidecars: z.array(sidecarSchema),
  triggers: z.array(triggerEventSchema),
  offloadedAt: instantSchema,
  offloadedBy: z.string(),
});
export type Recording = Omit<Readonly<z.infer<typeof recordingSchema>>, 'segments'> & {
  readonly segments: readonly Segment[];
};

/** An original that cannot be played, kept sealed with the reason. */
export const damagedItemSchema = z.object({
  id: damagedIdSchema,
  fileName: z.string(),
  sourcePath: z.string(),
  device: z.object({ id: z.string(), name: z.string() }),
  profileId: z.string(),
  sizeBytes: z.number().int().nonnegative(),
  sha256: sha256Schema,
  reason: z.string(),
  keptAt: instantSchema,
});
export type DamagedItem = Readonly<z.infer<typeof damagedItemSchema>>;

/** The length of a recording in microseconds, as far as its segments are known. */
export function recordingDurationUs(recording: Recording): number {
  let total = 0;
  for (const segment of recording.segments) {
    if (segment.media.state === 'ready' || segment.media.state === 'making-proxy')
      total += segment.media.facts.durationUs;
  }
  return total;
}
