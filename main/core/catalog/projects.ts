import { type Branching, branchOf, type OperationOf, redactionBranches } from '#common/changes/index.ts';
import { ExpectedError } from '#common/errors/index.ts';
import { projectIdFor, type RedactionProject, redactionProjectSchema } from '#common/evidence/index.ts';
import { evidenceIdSchema, type OperationId, operationIdSchema } from '#common/ids/index.ts';
import { applyEdit, emptyDocument, type RedactionDocument } from '#common/redaction/index.ts';
import { readBody, readRow, writeBody } from './bodies.ts';
import { recordChange } from './change-feed.ts';
import { operationsOf } from './operations.ts';
import { recordingByEvidence } from './recordings.ts';
import type { Store } from './store.ts';

type BodyRow = { readonly id: string; readonly body: string };

function toProject({ id, body }: BodyRow): RedactionProject {
  return readBody(redactionProjectSchema, 'redaction project', id, body);
}

export function getProject(store: Store, id: string): RedactionProject | null {
  const row = store.get('SELECT id, body FROM projects WHERE id = ?', id) as BodyRow | undefined;
  return row === undefined ? null : toProject(row);
}

export function projectByEvidence(store: Store, evidenceId: string): RedactionProject | null {
  const row = store.get('SELECT id, body FROM projects WHERE evidence_id = ?', evidenceId) as BodyRow | undefined;
  return row === undefined ? null : toProject(row);
}

export function allProjects(store: Store): readonly RedactionProject[] {
  return (store.all('SELECT id, body FROM projects ORDER BY id') as readonly BodyRow[]).map(toProject);
}

/** Throws `stale-version` unless this version is the one that is stored; null: none is. */
export function expectProject(store: Store, id: string, version: number | null): void {
  const stored = store.get('SELECT version FROM projects WHERE id = ?', id) as { version: number } | undefined;
  if ((stored?.version ?? null) === version) return;
  throw new ExpectedError('stale-version', 'Somebody else changed this redaction in the meantime.', {
    subject: id,
    nextStep: 'Load it again and repeat the last change.',
  });
}

export function putProject(store: Store, value: RedactionProject, expectVersion: number | null | undefined): void {
  const body = writeBody(redactionProjectSchema, value);
  if (expectVersion !== undefined) expectProject(store, value.id, expectVersion);
  const other = store.get('SELECT id FROM projects WHERE evidence_id = ? AND id <> ?', value.evidenceId, value.id) as
    | { id: string }
    | undefined;
  if (other !== undefined) {
    throw new ExpectedError('already-exists', 'This evidence item already has a redaction project.', {
      subject: other.id,
    });
  }
  store.run(
    `INSERT INTO projects (id, evidence_id, recording_id, version, body) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET evidence_id = excluded.evidence_id, recording_id = excluded.recording_id,
       version = excluded.version, body = excluded.body`,
    value.id,
    value.evidenceId,
    value.recordingId,
    value.version,
    body,
  );
  recordChange(store, 'project', value.id, false);
}

/** The save that a version of a project was. Null for what is older than its first save, and for versions that never were. */
export function saveOfVersion(store: Store, projectId: string, version: number): OperationId | null {
  const row = store.get(
    'SELECT operation FROM project_versions WHERE project_id = ? AND version = ?',
    projectId,
    version,
  ) as { readonly operation: string } | undefined;
  return row === undefined ? null : readRow(operationIdSchema, 'version', projectId, () => row.operation);
}

/**
 * Makes the project of an evidence item anew from its saves. Waits while the recording is not here: what others drew may come
 * before the footage does.
 */
export function buildProject(store: Store, evidenceId: string): void {
  const recording = recordingByEvidence(store, evidenceId);
  if (recording === null) return;
  const saves = operationsOf(store, 'redaction', evidenceId);
  const branching = redactionBranches(saves);
  const { trunk } = branching;
  if (trunk === null) return;
  const before = projectByEvidence(store, evidenceId) ?? emptyProject(evidenceId, recording.id, trunk.savedAt);
  const value: RedactionProject = {
    ...before,
    version: before.version + steps(before, branching, saves),
    document: storedDocument(trunk.content),
    head: trunk.id,
    branches: branching.branches.map(branchOf),
    changedAt: trunk.savedAt,
    changedBy: trunk.savedBy.name,
  };
  putVersion(store, value, trunk.id);
}

/**
 * Goes on with the trunk by edits that were just made on top of its head: the same as building it anew, without reading thousands of
 * saves for each.
 */
export function extendProject(store: Store, project: RedactionProject, save: OperationOf<'redaction'>): void {
  if (save.save.kind === 'content') throw new Error('Only edits extend a project.');
  const { edits } = save.save;
  let document: RedactionDocument = project.document;
  for (const edit of edits) ({ document } = applyEdit(document, edit));
  const value: RedactionProject = {
    ...project,
    version: project.version + edits.length,
    document: storedDocument(document),
    head: save.id,
    changedAt: save.madeAt,
    changedBy: save.by.name,
  };
  putVersion(store, value, save.id);
}

function putVersion(store: Store, project: RedactionProject, save: OperationId): void {
  putProject(store, project, undefined);
  store.run(
    'INSERT OR REPLACE INTO project_versions (project_id, version, operation) VALUES (?, ?, ?)',
    project.id,
    project.version,
    save,
  );
}

function emptyProject(evidenceId: string, recordingId: RedactionProject['recordingId'], at: number): RedactionProject {
  const evidence = evidenceIdSchema.parse(evidenceId);
  return {
    id: projectIdFor(evidence),
    evidenceId: evidence,
    recordingId,
    version: 0,
    document: storedDocument(emptyDocument),
    head: null,
    branches: [],
    changedAt: at,
    changedBy: '',
  };
}

/** How much the version grows: by each edit since the head it had, or by one when the trunk took another way. */
function steps(
  before: RedactionProject,
  { path, trunk }: Branching<RedactionDocument>,
  saves: readonly OperationOf<'redaction'>[],
): number {
  if (before.head === trunk?.id) return 0;
  const from = before.head === null ? 0 : path.indexOf(before.head) + 1;
  const sameWay = before.head === null ? before.version === 0 : from > 0;
  const same = JSON.stringify(before.document) === JSON.stringify(storedDocument(trunk?.content ?? emptyDocument));
  if (!sameWay) return same ? 0 : 1;
  const since = new Set(path.slice(from));
  let edits = 0;
  let chosen = 0;
  for (const { id, save } of saves) {
    if (!since.has(id)) continue;
    if (save.kind === 'edits') edits += save.edits.length;
    else chosen += 1;
  }
  // Who chose what was there anyway changed nothing: a render of it stays as good as it was.
  if (edits === 0 && same) return 0;
  return edits + chosen;
}

/** A document as rows hold it: the same, in arrays of its own. */
function storedDocument({ tracks, mutes }: RedactionDocument): RedactionProject['document'] {
  return { tracks: tracks.map((track) => ({ ...track, keyframes: [...track.keyframes] })), mutes: [...mutes] };
}

/** Redactions of these evidence items that were waiting for them. */
export function buildWaitingProjects(store: Store, evidenceIds: readonly string[]): void {
  for (const evidenceId of evidenceIds) {
    const waiting = store.get(
      `SELECT 1 FROM operations WHERE kind = 'redaction' AND document = ?
       AND NOT EXISTS (SELECT 1 FROM projects WHERE evidence_id = document) LIMIT 1`,
      evidenceId,
    );
    if (waiting !== undefined) buildProject(store, evidenceId);
  }
}
