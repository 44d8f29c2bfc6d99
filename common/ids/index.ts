import { z } from 'zod';

/** The kinds of things with ids, and the prefix that makes an id readable in a log. */
const prefixes = {
  agency: 'agy',
  account: 'acc',
  recording: 'rec',
  evidence: 'evd',
  sidecar: 'sid',
  damaged: 'dmg',
  project: 'red',
  track: 'trk',
  mute: 'mut',
  render: 'rnd',
  release: 'rel',
  job: 'job',
  dock: 'dck',
  proxy: 'prx',
  poster: 'pst',
  operation: 'opr',
  note: 'nte',
  marker: 'mrk',
  review: 'rvw',
  report: 'rpt',
} as const;
export type IdKind = keyof typeof prefixes;

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
/** Characters after the prefix: 26 × 5 bits, of which 128 are random. */
const idLength = 26;
const body = `[${alphabet}]{${idLength}}`;

function idSchema<K extends IdKind>(kind: K) {
  return z
    .string()
    .regex(new RegExp(`^${prefixes[kind]}_${body}$`), `not a ${kind} id`)
    .brand<K>();
}

export const agencyIdSchema = idSchema('agency');
export const accountIdSchema = idSchema('account');
export const recordingIdSchema = idSchema('recording');
export const evidenceIdSchema = idSchema('evidence');
export const sidecarIdSchema = idSchema('sidecar');
export const damagedIdSchema = idSchema('damaged');
export const projectIdSchema = idSchema('project');
export const trackIdSchema = idSchema('track');
export const muteIdSchema = idSchema('mute');
export const renderIdSchema = idSchema('render');
export const releaseIdSchema = idSchema('release');
export const jobIdSchema = idSchema('job');
export const dockIdSchema = idSchema('dock');
export const proxyIdSchema = idSchema('proxy');
export const posterIdSchema = idSchema('poster');
export const operationIdSchema = idSchema('operation');
export const noteIdSchema = idSchema('note');
export const markerIdSchema = idSchema('marker');
export const reviewIdSchema = idSchema('review');
export const reportIdSchema = idSchema('report');

export type AgencyId = z.infer<typeof agencyIdSchema>;
export type AccountId = z.infer<typeof accountIdSchema>;
/** One continuous capture by one camera. */
export type RecordingId = z.infer<typeof recordingIdSchema>;
/** One original media file (a segment of a recording), sealed. */
export type EvidenceId = z.infer<typeof evidenceIdSchema>;
/** One original file that came with a recording (GPS trail, triggers, vendor metadata), sealed. */
export type SidecarId = z.infer<typeof sidecarIdSchema>;
/** One original file that cannot be played, sealed and kept in the damaged tray. */
export type DamagedId = z.infer<typeof damagedIdSchema>;
export type ProjectId = z.infer<typeof projectIdSchema>;
export type TrackId = z.infer<typeof trackIdSchema>;
export type MuteId = z.infer<typeof muteIdSchema>;
export type RenderId = z.infer<typeof renderIdSchema>;
export type ReleaseId = z.infer<typeof releaseIdSchema>;
export type JobId = z.infer<typeof jobIdSchema>;
export type DockId = z.infer<typeof dockIdSchema>;
export type ProxyId = z.infer<typeof proxyIdSchema>;
export type PosterId = z.infer<typeof posterIdSchema>;
/** One change that somebody made, named by its own content. */
export type OperationId = z.infer<typeof operationIdSchema>;
export type NoteId = z.infer<typeof noteIdSchema>;
export type MarkerId = z.infer<typeof markerIdSchema>;
export type ReviewId = z.infer<typeof reviewIdSchema>;
export type ReportId = z.infer<typeof reportIdSchema>;

/** Anything the vault seals. The id is the associated data of the seal: a file cannot pass for another. */
export const sealedIdSchema = z.union([
  evidenceIdSchema,
  sidecarIdSchema,
  damagedIdSchema,
  proxyIdSchema,
  posterIdSchema,
  renderIdSchema,
  releaseIdSchema,
]);
export type SealedId = z.infer<typeof sealedIdSchema>;

type IdOf = {
  agency: AgencyId;
  account: AccountId;
  recording: RecordingId;
  evidence: EvidenceId;
  sidecar: SidecarId;
  damaged: DamagedId;
  project: ProjectId;
  track: TrackId;
  mute: MuteId;
  render: RenderId;
  release: ReleaseId;
  job: JobId;
  dock: DockId;
  proxy: ProxyId;
  poster: PosterId;
  operation: OperationId;
  note: NoteId;
  marker: MarkerId;
  review: ReviewId;
  report: ReportId;
};

/**
 * An id of the given kind from 26 random bytes (the low five bits of each are used).
 * Randomness is passed in: `common` has none of its own. Throws a bug when there are fewer bytes.
 */
export function idFromBytes<K extends IdKind>(kind: K, bytes: Uint8Array): IdOf[K] {
  if (bytes.length < idLength) throw new Error(`An id needs ${idLength} random bytes, got ${bytes.length}.`);
  let text: string = prefixes[kind] + '_';
  for (let i = 0; i < idLength; i++) text += alphabet.charAt((bytes[i] ?? 0) & 31);
  return text as IdOf[K];
}
