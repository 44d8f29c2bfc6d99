import { z } from 'zod';

/** A regular expression kept as text, as profiles are data. Must compile; `u` flag; case matters unless `ignoreCase`. */
const expression = z.string().refine((text) => {
  try {
    new RegExp(text, 'u');
    return true;
  } catch {
    return false;
  }
}, 'not a regular expression');

/**
 * How a dock is recognised. All that are given must hold. `root` looks at the volume's first level, `marker` names a file
 * or folder (path below the root, `/` between) that must exist.
 */
export const matchRuleSchema = z.object({
  volumeLabel: expression.optional(),
  rootFolder: expression.optional(),
  marker: z.string().optional(),
  /** At least one file below `mediaRoots` must match a file pattern of the profile. */
  anyFile: z.boolean().optional(),
});
export type MatchRule = Readonly<z.infer<typeof matchRuleSchema>>;

/**
 * How a file name (or the path below the root) gives up its facts, by named groups:
 * `officer` `device` `date` `time` `year` `month` `day` `hour` `minute` `second` `zone` `segment` `channel` `stem`.
 * `date` is YYYYMMDD with optional separators, `time` HHMM or HHMMSS with optional separators.
 */
export const filePatternSchema = z.object({
  expression,
  on: z.enum(['name', 'path']).default('name'),
  precision: z.enum(['second', 'minute']),
  /** `utc` when the name says so; `local` is the station's zone, because cameras write their owner's wall time. */
  zone: z.enum(['utc', 'local']).default('local'),
});
export type FilePattern = Readonly<z.infer<typeof filePatternSchema>>;

/** How files beside a recording are found and what they hold. `{stem}` in the expression stands for the media file's stem, escaped. */
export const sidecarRuleSchema = z.object({
  expression: z.string(),
  kind: z.enum(['triggers', 'gps', 'vendor']),
  /** How the vendor's file becomes trigger events; absent for kinds that are only kept. */
  format: z.enum(['plainview-jsonl', 'axis-gpstrail', 'vendor-jsonl', 'opaque']).default('opaque'),
  /** For `vendor-jsonl`: which of the vendor's fields hold what, and what the vendor's kinds are called here. */
  map: z
    .object({
      time: z.string(),
      kind: z.string(),
      source: z.string().optional(),
      value: z.string().optional(),
      kinds: z.record(z.string(), z.string()),
    })
    .optional(),
});
export type SidecarRule = Readonly<z.infer<typeof sidecarRuleSchema>>;

/** A camera's storage layout, as data: `assets/profiles/*.json`. */
export const deviceProfileSchema = z.object({
  id: z.string().regex(/^[a-z0-9-]+$/),
  name: z.string(),
  kind: z.enum(['body', 'in-car', 'generic']),
  /** Higher wins when several profiles match one dock. */
  priority: z.number().int(),
  match: z.array(matchRuleSchema).min(1),
  /** Folders (below the root, expressions on the path) where media lives; `^$` is the root itself. */
  mediaRoots: z.array(expression).min(1),
  extensions: z.array(z.string().regex(/^[a-z0-9]+$/)).min(1),
  files: z.array(filePatternSchema).min(1),
  /** Where the device's id comes from, in order of trust. */
  deviceId: z.array(z.enum(['file-name', 'volume-label', 'root-folder', 'volume-serial'])).min(1),
  /** How segments join into one recording: files that agree in all these named groups, in order of `segment`. */
  join: z.object({ by: z.array(z.string()), maxGapSeconds: z.number().nonnegative() }).nullable(),
  sidecars: z.array(sidecarRuleSchema),
  preEvent: z.object({ seconds: z.number().positive(), silent: z.boolean() }).nullable(),
  /** Expression on the path below the root that marks a protected (locked) file. */
  protectedPath: expression.nullable(),
  /** Signs that files were damaged at the camera, with the sentence a person reads. */
  damage: z.array(
    z.object({
      sign: z.enum(['zero-byte', 'file-present', 'name']),
      expression: expression.optional(),
      reason: z.string(),
    }),
  ),
  /** The camera is read-only to the station. */
  clear: z.literal('never'),
});
export type DeviceProfile = Readonly<z.infer<typeof deviceProfileSchema>>;
