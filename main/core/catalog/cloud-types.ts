import { z } from 'zod';
import { storeCacheSchema, storeLimitsSchema, storeTargetSchema } from '#common/contract/index.ts';
import {
  type DamagedItem,
  instantSchema,
  originalIdSchema,
  type Placement,
  placementSchema,
  type Recording,
  type Sidecar,
} from '#common/evidence/index.ts';
import type { RecordingId } from '#common/ids/index.ts';

/** A placement with what only the uploading needs to know. */
export const placementRecordSchema = z.object({
  placement: placementSchema,
  /** Smaller is older: the number its file got when it was sealed. */
  ordinal: z.number().int().nonnegative(),
  /** How often the store gave back other bytes than it was given. */
  mismatches: z.number().int().nonnegative(),
});
export type PlacementRecord = Readonly<z.infer<typeof placementRecordSchema>>;

/** A part of an object that the store has acknowledged. */
export const ledgerPartSchema = z.object({
  number: z.number().int().positive(),
  sizeBytes: z.number().int().positive(),
  etag: z.string(),
  md5: z.string().nullable(),
});
export type LedgerPart = Readonly<z.infer<typeof ledgerPartSchema>>;

/** An object that travels in parts and is not whole yet. */
export const uploadRecordSchema = z.object({
  id: originalIdSchema,
  /** Its key in the store. */
  object: z.string(),
  /** The store's name of the upload. */
  upload: z.string(),
  partSize: z.number().int().positive(),
  begunAt: instantSchema,
  parts: z.array(ledgerPartSchema),
});
export type UploadRecord = Readonly<z.infer<typeof uploadRecordSchema>>;

/** The store in use and how it is used. Holds no secret. */
export const storeSettingsSchema = z.object({
  target: storeTargetSchema,
  storeId: z.string(),
  connectedAt: instantSchema,
  limits: storeLimitsSchema,
  retentionDays: z.number().int().positive().nullable(),
  objectLock: z.boolean(),
  paused: z.boolean(),
  /** How much of what lies in the store is kept here, and how long unused; null: no limit. Absent: the usual. */
  cache: storeCacheSchema.optional(),
});
export type StoreSettings = Readonly<z.infer<typeof storeSettingsSchema>>;

/** An original that nobody has placed yet. */
export type Unplaced = {
  readonly id: z.infer<typeof originalIdSchema>;
  readonly ordinal: number;
  readonly plaintextBytes: number;
  readonly recordingId: RecordingId | null;
  /** The name of its file on the camera. */
  readonly name: string;
};

/** An original that the catalog knows, wherever it is. */
export type KnownOriginal = {
  readonly id: z.infer<typeof originalIdSchema>;
  /** Null when nobody has placed it yet. */
  readonly record: PlacementRecord | null;
  readonly ordinal: number;
  /** Of the file as it was on the camera; null when only its placement is known. */
  readonly sha256: string | null;
  readonly plaintextBytes: number | null;
  readonly recordingId: RecordingId | null;
  readonly name: string;
};

type Tally = { readonly items: number; readonly bytes: number };
/** How many placements there are in each state. */
export type PlacementSummary = {
  readonly queued: Tally;
  readonly uploading: Tally;
  readonly verified: Tally;
  readonly onlyInCloud: Tally;
  readonly missing: Tally;
  /** The earliest time at which one that waits may be tried again; null when none waits. */
  readonly nextAt: number | null;
};

/**
 * An original that another writer put into the store, with what it belongs to as that writer knew it. A segment or sidecar joins
 * its recording; a sidecar whose recording nobody has sent yet waits without one.
 */
export type Arrival = {
  readonly placement: Placement;
  readonly belongsTo:
    | { readonly kind: 'recording'; readonly recording: Recording; readonly sidecars: readonly Sidecar[] }
    | { readonly kind: 'damaged'; readonly item: DamagedItem }
    | { readonly kind: 'nothing' };
};

/** Changes of a commit that concern the store. */
export type CloudWrite =
  /** Leaves the priority of a placement that is there alone. */
  | { readonly put: 'placement'; readonly value: PlacementRecord }
  /**
   * Puts these before all others. Those that wait for another try, and those that are missing, are queued at once.
   * What is not placed, on its way or in the store already stays as it is.
   */
  | { readonly put: 'send-first'; readonly ids: readonly PlacementRecord['placement']['id'][]; readonly at: number }
  /** Nothing happens for an original that is placed already. What is known of its recording here stays. */
  | { readonly put: 'arrival'; readonly value: Arrival }
  /** Whether a full copy of an original from the store is wanted and is here. Nothing happens for one that is placed otherwise. */
  | {
      readonly put: 'kept-here';
      readonly id: PlacementRecord['placement']['id'];
      readonly pinned?: boolean;
      readonly here?: boolean;
    }
  /** Everything that was on its way when the station stopped is queued again. */
  | { readonly put: 'nothing-uploading'; readonly at: number }
  /** Begins the ledger of an object anew, with the parts that are given. */
  | { readonly put: 'upload'; readonly value: UploadRecord }
  /** `not-found` when the upload is not in the ledger. */
  | { readonly put: 'upload-part'; readonly id: UploadRecord['id']; readonly value: LedgerPart }
  | { readonly put: 'store-settings'; readonly value: StoreSettings }
  | { readonly delete: 'upload'; readonly id: UploadRecord['id'] }
  /** The settings, every placement and the ledger. */
  | { readonly delete: 'store' };
