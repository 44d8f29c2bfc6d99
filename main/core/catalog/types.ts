import { z } from 'zod';
import type { Actor, AuditEntry, AuditEvent } from '#common/audit/index.ts';
import { actorSchema } from '#common/audit/index.ts';
import { accountSchema, type ChangeKind } from '#common/contract/index.ts';
import {
  type DamagedItem,
  instantSchema,
  jobSchema,
  type MediaState,
  type Recording,
  type RedactionProject,
  type Release,
  type Render,
  type Segment,
  type Sidecar,
  sha256Schema,
} from '#common/evidence/index.ts';
import { type EvidenceId, type RecordingId, sealedIdSchema } from '#common/ids/index.ts';
import type { FrameTableWire } from '#common/time/index.ts';
import type { ChangeWrite, DocumentKind } from './change-types.ts';
import type { CloudWrite } from './cloud-types.ts';
import type { LogWrite } from './log-types.ts';

/** What a password was turned into. `salt` and `hash` in base64. */
const passwordRecordSchema = z.object({
  scheme: z.literal('scrypt-2^17-8-1'),
  salt: z.string(),
  hash: z.string(),
});

/** An account with what only the core may see: how its password is checked and how sign-in has gone lately. */
export const accountRecordSchema = accountSchema.extend({
  /** Null when nobody can sign in with a password (the people of the training agency). */
  password: passwordRecordSchema.nullable(),
  /** Wrong passwords in a row. */
  failures: z.number().int().nonnegative(),
  lockedUntil: instantSchema.nullable(),
});
export type AccountRecord = Readonly<z.infer<typeof accountRecordSchema>>;

/** A job as it is stored. `payload` is JSON text: what it means is known to whoever handles the kind. */
export const jobRowSchema = jobSchema.extend({
  actor: actorSchema,
  payload: z.string(),
  /** Earliest time of the next attempt, when a failed attempt made it wait. */
  notBefore: instantSchema.nullable(),
});
export type JobRow = Readonly<z.infer<typeof jobRowSchema>>;

/** How a file on a camera is recognised when it comes again. `modifiedMs` is cut to whole milliseconds. */
export const sourceFileKeySchema = z.object({
  deviceId: z.string(),
  sourcePath: z.string(),
  sizeBytes: z.number().int().nonnegative(),
  modifiedMs: z.number(),
});
export type SourceFileKey = Readonly<z.infer<typeof sourceFileKeySchema>>;

/** A file that was once read from a camera, and where its bytes are sealed. */
export const sourceFileSchema = sourceFileKeySchema.extend({
  sha256: sha256Schema,
  sealedId: sealedIdSchema,
  /** SHA-256 of a few spots of it, to tell it from another of the same name, size and date; absent when none were taken. */
  sample: sha256Schema.optional(),
});
export type SourceFile = Readonly<z.infer<typeof sourceFileSchema>>;

/** One change of the catalog. All writes of a commit happen or none. */
export type Write =
  | CloudWrite
  | LogWrite
  | ChangeWrite
  | { readonly put: 'recording'; readonly value: Recording }
  /**
   * Appends to a recording that is there, without touching what others do to it at the same time.
   * `not-found` when it is not there.
   */
  | {
      readonly put: 'recording-part';
      readonly recordingId: RecordingId;
      readonly segments: readonly Segment[];
      readonly sidecars: readonly Sidecar[];
      readonly triggers: Recording['triggers'];
    }
  /** Sets the media state of one segment and leaves the rest of its recording alone. `not-found` when it is not there. */
  | { readonly put: 'segment-media'; readonly evidenceId: EvidenceId; readonly media: MediaState }
  | { readonly put: 'damaged'; readonly value: DamagedItem }
  /** `expectVersion`: the version that must be stored now, null for none; otherwise `stale-version`. */
  | { readonly put: 'project'; readonly value: RedactionProject; readonly expectVersion?: number | null }
  | { readonly put: 'render'; readonly value: Render }
  | { readonly put: 'release'; readonly value: Release }
  /** `already-exists` when another account has the user name. */
  | { readonly put: 'account'; readonly value: AccountRecord }
  | { readonly put: 'job'; readonly value: JobRow }
  | { readonly put: 'source-file'; readonly value: SourceFile }
  | { readonly put: 'frame-table'; readonly evidenceId: EvidenceId; readonly value: FrameTableWire }
  | { readonly put: 'watched-folder'; readonly location: string }
  /** `conflict` when something else still hangs on it. Deleting what is not there does nothing. */
  | { readonly delete: Exclude<ChangeKind, DocumentKind>; readonly id: string }
  | { readonly delete: 'watched-folder'; readonly location: string };

/** What is done in one transaction: rows, change feed and audit chain together. */
export type Commit = {
  readonly actor: Actor;
  readonly writes: readonly Write[];
  readonly events: readonly AuditEvent[];
};

/** Where the feed and the chain stand after a commit. */
export type Committed = {
  /** The newest sequence number of the change feed. */
  readonly head: number;
  /** The entries this commit added to the audit chain, in order. */
  readonly entries: readonly AuditEntry[];
};

/** One link of the audit chain as it is stored, with its hash computed again from its text. */
export type AuditLink = {
  readonly seq: number;
  readonly previous: string;
  readonly hash: string;
  /** Null when the stored entry cannot be read at all. */
  readonly recomputed: string | null;
};

/** The newest link of the chain: seq 0 and 64 zeros when it is empty. */
export type ChainHead = { readonly seq: number; readonly hash: string };

/** What SQLite's own checks found. */
export type IntegrityReport = { readonly intact: boolean; readonly problems: readonly string[] };
