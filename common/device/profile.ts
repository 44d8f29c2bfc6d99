import { z } from 'zod';

/** A regular expression kept as text, as profiles are data. Compiled with the flags `i` and `u`: cards are written in either case. */
const expression = z.string().refine((text) => {
  try {
    new RegExp(text, 'iu');
    return true;
  } catch {
    return false;
  }
}, 'not a regular expression');

/**
 * How a dock is recognised. All that are given must hold.
 * `volumeLabel` looks at the drive's name (for a folder: the folder's own name), `rootFolder` at the names of the folders on the
 * first level (for a folder also its own name), `marker` names a file or folder below the root that must exist.
 */
const matchRuleSchema = z
  .strictObject({
    dock: z.enum(['volume', 'folder']).optional(),
    volumeLabel: expression.optional(),
    rootFolder: expression.optional(),
    marker: z.string().min(1).optional(),
    /** At least one file in `mediaRoots` must carry the name of one of the profile's file patterns. */
    anyFile: z.literal(true).optional(),
  })
  .refine((rule) => Object.keys(rule).length > 0, 'a rule must ask for something');

/** The named groups a file pattern may hold. */
export const nameGroups = [
  'officer',
  'device',
  'date',
  'time',
  'year',
  'month',
  'day',
  'hour',
  'minute',
  'second',
  'zone',
  'segment',
  'channel',
  'stem',
] as const;
export type NameGroup = (typeof nameGroups)[number];

/**
 * How a file name (or the path below the root, led by the root folder's own name when the dock is a folder) gives up its
 * facts, by the named groups of {@link nameGroups}. `date` is YYYYMMDD and `time` HHMM or HHMMSS, both with separators
 * where the camera writes them; `zone` is `Z` or an offset such as `+0100`. A pattern whose date is not in the calendar
 * does not fit, and the next one is tried; when none is left, what else it says still counts.
 */
export const filePatternSchema = z.strictObject({
  expression: expression.refine(
    (text) => groupsOf(text).every((name) => nameGroups.some((group) => group === name)),
    `its named groups must be among ${nameGroups.join(', ')}`,
  ),
  on: z.enum(['name', 'path']).default('name'),
  /** `minute` when the camera writes no seconds, or writes seconds that mean nothing. */
  precision: z.enum(['second', 'minute']),
  /** What a time without `zone` is in: `local` is the station's own zone, because cameras write their owner's wall time. */
  zone: z.enum(['utc', 'local']).default('local'),
});
export type FilePattern = Readonly<z.infer<typeof filePatternSchema>>;

/** How one event of a vendor's trigger file becomes ours. Members name the vendor's fields, `.` leads into objects. */
const triggerMapSchema = z.strictObject({
  time: z.string(),
  /** What `time` holds: an ISO instant with a zone, milliseconds or seconds since 1970, or seconds from the recording's start. */
  timeIs: z.enum(['iso', 'epoch-milliseconds', 'epoch-seconds', 'seconds-from-start']).default('iso'),
  kind: z.string(),
  source: z.string().optional(),
  value: z.string().optional(),
  /** The vendor's words for kinds, and ours. A kind that is not here keeps the vendor's word. */
  kinds: z.record(z.string(), z.string()),
});
export type TriggerMap = Readonly<z.infer<typeof triggerMapSchema>>;

/**
 * How files beside a recording (in the same folder) are found and what they hold. `{stem}` in the expression stands for the
 * media file's stem, escaped: the group `stem` of its pattern, else its name without the extension.
 * `<stem>.triggers.jsonl` in Plainview's own format is looked for with every profile and need not be named.
 */
export const sidecarRuleSchema = z
  .strictObject({
    expression: z
      .string()
      .refine((text) => expression.safeParse(text.replaceAll('{stem}', 'x')).success, 'not a regular expression'),
    kind: z.enum(['triggers', 'gps', 'vendor']),
    /** `opaque`: kept and sealed, not read. The others become trigger events through `map`, one JSON object a line or one JSON list. */
    format: z.enum(['vendor-jsonl', 'vendor-json', 'opaque']).default('opaque'),
    map: triggerMapSchema.optional(),
  })
  .refine(
    (rule) => (rule.format === 'opaque') === (rule.map === undefined),
    'a format that is read needs a map, and only that',
  );
export type SidecarRule = Readonly<z.infer<typeof sidecarRuleSchema>>;

/**
 * How segments join into one recording: files that agree in all the groups of `by` (`folder` is the folder they lie in), in
 * order of their time and `segment`. With `everySeconds`, a segment also has to start one of these lengths after the one
 * before it (the lengths this camera cuts its recordings into), give or take `toleranceSeconds`.
 */
const joinSchema = z.strictObject({
  by: z.array(z.enum([...nameGroups, 'folder'])),
  everySeconds: z.array(z.number().positive()),
  toleranceSeconds: z.number().nonnegative(),
});

/** A camera's storage layout, as data: `assets/profiles/*.json`. The README beside them explains each member. */
export const deviceProfileSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+$/),
  name: z.string().min(1),
  kind: z.enum(['body', 'in-car', 'generic']),
  /** Where these facts come from, for whoever has to check them. */
  source: z.string(),
  /** Higher wins when several profiles match one dock. */
  priority: z.number().int(),
  /** Any one of these rules is enough. */
  match: z.array(matchRuleSchema).min(1),
  /**
   * Folders (expressions on the path below the root; the root itself is the empty path) where this camera keeps media.
   * Used to recognise it. A video elsewhere is offloaded too: nothing on a camera is left behind for lying in the wrong place.
   */
  mediaRoots: z.array(expression).min(1),
  /** Of the media files this camera writes, without the dot, in lower case. Videos of other kinds are offloaded too. */
  extensions: z.array(z.string().regex(/^[a-z0-9]+$/)).min(1),
  /** The first that fits a file counts. A media file that fits none is offloaded under its file date. */
  files: z.array(filePatternSchema).min(1),
  /** Paths (below the root) of media that are no recordings: the small previews a camera makes for itself. */
  ignore: z.array(expression).default([]),
  /** Where the device's id comes from, in order of trust. */
  deviceId: z.array(z.enum(['file-name', 'volume-label', 'root-folder', 'volume-serial'])).min(1),
  join: joinSchema.nullable(),
  sidecars: z.array(sidecarRuleSchema),
  /** Seconds before the trigger that every recording holds, and whether they are without sound. */
  preEvent: z.strictObject({ seconds: z.number().positive(), silent: z.boolean() }).nullable(),
  /** How the camera marks a protected (locked) recording: by its folder or name, or by taking away the right to write. */
  protected: z.strictObject({ path: expression.nullable(), readOnlyFile: z.boolean() }),
  /** Whether file dates are the camera's own. An export's dates are those of the export and say nothing of the camera's clock. */
  fileDates: z.enum(['camera', 'export']),
  /**
   * Signs that files were damaged at the camera, with the sentence a person reads: `zero-byte` files, a `path` that says so,
   * or a file somewhere on the dock (`present`) that is a warning about the whole of it.
   */
  damage: z.array(
    z.discriminatedUnion('sign', [
      z.strictObject({ sign: z.literal('zero-byte'), reason: z.string() }),
      z.strictObject({ sign: z.literal('path'), expression, reason: z.string() }),
      z.strictObject({ sign: z.literal('present'), expression, reason: z.string() }),
    ]),
  ),
  /** The camera is read-only to the station. */
  clear: z.literal('never'),
});
export type DeviceProfile = Readonly<z.infer<typeof deviceProfileSchema>>;

function groupsOf(text: string): string[] {
  return [...text.matchAll(/\(\?<([A-Za-z]+)>/g)].map((found) => found[1] ?? '');
}
