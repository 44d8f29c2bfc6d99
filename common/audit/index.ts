import { z } from 'zod';
import { roleSchema } from '../access/index.ts';
import { writerIdSchema } from '../changes/entry.ts';
import { originalIdSchema } from '../evidence/placement.ts';
import { instantSchema, sha256Schema } from '../evidence/recording.ts';
import { storeTroubleKindSchema } from '../evidence/store-trouble.ts';
import { guardCheckSchema } from '../evidence/work.ts';
import {
  accountIdSchema,
  damagedIdSchema,
  evidenceIdSchema,
  jobIdSchema,
  markerIdSchema,
  noteIdSchema,
  operationIdSchema,
  projectIdSchema,
  proxyIdSchema,
  recordingIdSchema,
  releaseIdSchema,
  renderIdSchema,
  reviewIdSchema,
  sidecarIdSchema,
} from '../ids/index.ts';
import { redactionEditSchema } from '../redaction/edit.ts';

/** Who did it: a person with an account, the station by itself, or somebody at the command line of the computer. */
export const actorSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('account'), accountId: accountIdSchema, username: z.string(), role: roleSchema }),
  z.object({ kind: z.literal('station') }),
  z.object({ kind: z.literal('command-line'), osUser: z.string() }),
]);
export type Actor = Readonly<z.infer<typeof actorSchema>>;

/** How an actor is named to people. */
export function actorName(actor: Actor): string {
  if (actor.kind === 'account') return actor.username;
  return actor.kind === 'station' ? 'the station' : `${actor.osUser} (command line)`;
}

const event = <K extends string, S extends z.ZodRawShape>(kind: K, shape: S) =>
  z.object({ kind: z.literal(kind), ...shape });
const original = {
  sha256: sha256Schema,
  sizeBytes: z.number().int().nonnegative(),
  sourcePath: z.string(),
  dock: z.string(),
};

/** Every event the log can hold. A kind never changes meaning; a new fact is a new kind or an optional field. */
export const auditEventSchema = z.discriminatedUnion('kind', [
  event('station.started', { version: z.string() }),
  event('station.stopped', {}),
  event('agency.created', { name: z.string() }),
  event('session.signed-in', { accountId: accountIdSchema }),
  event('session.refused', { username: z.string(), reason: z.string() }),
  event('session.signed-out', { accountId: accountIdSchema }),
  event('access.refused', { method: z.string(), reason: z.string() }),
  event('person.created', { accountId: accountIdSchema, username: z.string(), role: roleSchema }),
  event('person.changed', { accountId: accountIdSchema, change: z.string() }),
  event('folder.watched', { location: z.string() }),
  event('folder.unwatched', { location: z.string() }),
  event('offload.started', { jobId: jobIdSchema, dock: z.string(), device: z.string(), files: z.number().int() }),
  event('offload.finished', {
    jobId: jobIdSchema,
    sealed: z.number().int(),
    damaged: z.number().int(),
    known: z.number().int(),
  }),
  event('offload.stopped', { jobId: jobIdSchema, reason: z.string() }),
  event('offload.skipped', { sourcePath: z.string(), dock: z.string(), reason: z.string() }),
  event('evidence.sealed', {
    evidenceId: evidenceIdSchema,
    recordingId: recordingIdSchema,
    readBack: z.enum(['device', 'cache']),
    ...original,
  }),
  event('sidecar.sealed', { sidecarId: sidecarIdSchema, recordingId: recordingIdSchema, ...original }),
  event('evidence.damaged', { damagedId: damagedIdSchema, reason: z.string(), ...original }),
  event('evidence.seen-again', {
    evidenceId: evidenceIdSchema,
    sha256: sha256Schema,
    sourcePath: z.string(),
    dock: z.string(),
  }),
  event('evidence.viewed', { evidenceId: evidenceIdSchema, recordingId: recordingIdSchema }),
  event('proxy.wanted', { evidenceId: evidenceIdSchema }),
  event('proxy.made', { evidenceId: evidenceIdSchema, proxyId: proxyIdSchema, sha256: sha256Schema }),
  event('redaction.edited', {
    projectId: projectIdSchema,
    version: z.number().int(),
    edit: redactionEditSchema,
    operation: operationIdSchema.optional(),
  }),
  /** Edits on an older version, kept beside what others made of it. `from`: the save they were made on top of. */
  event('redaction.branched', {
    projectId: projectIdSchema,
    operation: operationIdSchema,
    from: operationIdSchema.nullable(),
    edits: z.number().int(),
  }),
  /** One of several versions was chosen; `over` are those that were left behind, and stay readable. */
  event('redaction.chosen', {
    projectId: projectIdSchema,
    operation: operationIdSchema,
    chosen: operationIdSchema,
    over: z.array(operationIdSchema),
    reason: z.string(),
    version: z.number().int(),
  }),
  /** `operation` is named by the SHA-256 of its content, which the catalog keeps for ever. */
  event('facts.changed', { recordingId: recordingIdSchema, operation: operationIdSchema, change: z.string() }),
  event('note.written', { noteId: noteIdSchema, recordingId: recordingIdSchema, operation: operationIdSchema }),
  event('note.removed', { noteId: noteIdSchema, recordingId: recordingIdSchema, operation: operationIdSchema }),
  event('marker.set', {
    markerId: markerIdSchema,
    recordingId: recordingIdSchema,
    evidenceId: evidenceIdSchema,
    frame: z.number().int(),
    operation: operationIdSchema,
  }),
  event('marker.removed', { markerId: markerIdSchema, recordingId: recordingIdSchema, operation: operationIdSchema }),
  event('review.signed', {
    reviewId: reviewIdSchema,
    recordingId: recordingIdSchema,
    outcome: z.string(),
    operation: operationIdSchema,
  }),
  /** Somebody did it at another station; `document` says what and which. */
  event('change.arrived', { operation: operationIdSchema, document: z.string(), by: z.string(), writer: z.string() }),
  /** Another station's program is newer: what it says is kept, and read after an update. */
  event('change.unread', { writer: z.string(), seq: z.number().int() }),
  event('render.started', { renderId: renderIdSchema, projectId: projectIdSchema, projectVersion: z.number().int() }),
  event('render.passed', { renderId: renderIdSchema, sha256: sha256Schema, checks: z.array(guardCheckSchema) }),
  event('render.failed', { renderId: renderIdSchema, reason: z.string(), checks: z.array(guardCheckSchema) }),
  event('render.viewed', { renderId: renderIdSchema }),
  event('release.created', {
    releaseId: releaseIdSchema,
    renderId: renderIdSchema,
    requester: z.string(),
    reason: z.string(),
    sha256: sha256Schema,
  }),
  event('release.downloaded', { releaseId: releaseIdSchema, sha256: sha256Schema }),
  event('store.probed', { place: z.string(), usable: z.boolean() }),
  event('store.connected', { place: z.string(), founded: z.boolean() }),
  /** The recovery secret was shown again because nobody had confirmed it. */
  event('store.secret-shown', { place: z.string() }),
  /** Somebody typed groups of it from the paper: it is never shown again. */
  event('store.secret-confirmed', { place: z.string() }),
  event('store.disconnected', { place: z.string(), reason: z.string() }),
  event('store.changed', { change: z.string() }),
  event('store.paused', {}),
  event('store.resumed', {}),
  /** The store holds it: read back, its hash compared. `object` is its name in the store. */
  event('original.stored', {
    id: originalIdSchema,
    object: z.string(),
    ciphertextSha256: sha256Schema,
    sizeBytes: z.number().int(),
  }),
  event('original.missing', { id: originalIdSchema, object: z.string(), reason: z.string() }),
  /** Another writer's original became known here. `writer` names its log in the store. */
  event('original.arrived', {
    id: originalIdSchema,
    writer: z.string(),
    object: z.string(),
    sha256: sha256Schema,
    sizeBytes: z.number().int(),
  }),
  /** Another writer's log told of an original that cannot be taken in. */
  event('original.refused', { writer: z.string(), seq: z.number().int(), object: z.string(), reason: z.string() }),
  event('recording.pinned', { recordingId: recordingIdSchema }),
  event('recording.unpinned', { recordingId: recordingIdSchema }),
  /** The local copy of what the store holds was let go; the store was asked before. */
  event('original.let-go', { id: originalIdSchema, object: z.string(), bytes: z.number().int() }),
  event('reconcile.started', { mode: z.string(), repair: z.boolean() }),
  event('reconcile.repair-started', {}),
  /** `objects` are ids of originals, or names in the store of what nobody knows. */
  event('reconcile.found', { finding: z.string(), objects: z.array(z.string()) }),
  event('reconcile.repaired', { remedy: z.string(), objects: z.array(z.string()) }),
  event('reconcile.finished', { mode: z.string(), items: z.number().int(), problems: z.number().int() }),
  /** Something in the store is not as whoever wrote it left it; told once, and again when it is right. */
  event('store.trouble', { trouble: storeTroubleKindSchema, object: z.string(), words: z.string() }),
  event('store.trouble-over', { trouble: storeTroubleKindSchema, object: z.string() }),
  /** Another went on with this station's log: the data folder was restored or copied. It goes on under another name. */
  event('store.log-forked', { writer: writerIdSchema, again: z.number().int() }),
  event('audit.verified', { entries: z.number().int(), intact: z.boolean() }),
]);
export type AuditEvent = Readonly<z.infer<typeof auditEventSchema>>;

/** One link of the chain. `previous` is the hash of the entry before; the first has 64 zeros. */
export const auditEntrySchema = z.object({
  seq: z.number().int().positive(),
  at: instantSchema,
  actor: actorSchema,
  event: auditEventSchema,
  previous: sha256Schema,
  hash: sha256Schema,
});
export type AuditEntry = Readonly<z.infer<typeof auditEntrySchema>>;

/** What the first entry names as its predecessor. */
export const chainStart = '0'.repeat(64);

/**
 * The text whose SHA-256 (as UTF-8) is an entry's hash: the entry without `hash` as JSON, keys of every object in code-unit
 * order, no white space. Anyone can rebuild it from the exported line with any language's standard library.
 */
export function canonicalEntryText(entry: Omit<AuditEntry, 'hash'>): string {
  const { seq, at, actor, event: what, previous } = entry;
  return canonicalJson({ seq, at, actor, event: what, previous });
}

/** JSON with sorted keys and no white space. Undefined members are left out, as JSON does. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
    return `{${members.join(',')}}`;
  }
  return JSON.stringify(value);
}
