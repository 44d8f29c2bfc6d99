import { ExpectedError } from '#common/errors/index.ts';
import {
  type RedactionProject,
  type Release,
  type Render,
  redactionProjectSchema,
  releaseSchema,
  renderSchema,
} from '#common/evidence/index.ts';
import { readBody, writeBody } from './bodies.ts';
import { recordChange } from './change-feed.ts';
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

export function putProject(store: Store, value: RedactionProject, expectVersion: number | null | undefined): void {
  const body = writeBody(redactionProjectSchema, value);
  const stored = store.get('SELECT version FROM projects WHERE id = ?', value.id) as { version: number } | undefined;
  if (expectVersion !== undefined && (stored?.version ?? null) !== expectVersion) {
    throw new ExpectedError('stale-version', 'Somebody else changed this redaction in the meantime.', {
      subject: value.id,
      nextStep: 'Load it again and repeat the last change.',
    });
  }
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

function toRender({ id, body }: BodyRow): Render {
  return readBody(renderSchema, 'render', id, body);
}

export function getRender(store: Store, id: string): Render | null {
  const row = store.get('SELECT id, body FROM renders WHERE id = ?', id) as BodyRow | undefined;
  return row === undefined ? null : toRender(row);
}

export function rendersByProject(store: Store, projectId: string): readonly Render[] {
  return (
    store.all(
      'SELECT id, body FROM renders WHERE project_id = ? ORDER BY started_at DESC, id',
      projectId,
    ) as readonly BodyRow[]
  ).map(toRender);
}

export function allRenders(store: Store): readonly Render[] {
  return (store.all('SELECT id, body FROM renders ORDER BY started_at DESC, id') as readonly BodyRow[]).map(toRender);
}

export function putRender(store: Store, value: Render): void {
  store.run(
    `INSERT INTO renders (id, project_id, started_at, body) VALUES (?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET project_id = excluded.project_id, started_at = excluded.started_at,
       body = excluded.body`,
    value.id,
    value.projectId,
    value.startedAt,
    writeBody(renderSchema, value),
  );
  recordChange(store, 'render', value.id, false);
}

function toRelease({ id, body }: BodyRow): Release {
  return readBody(releaseSchema, 'release', id, body);
}

export function getRelease(store: Store, id: string): Release | null {
  const row = store.get('SELECT id, body FROM releases WHERE id = ?', id) as BodyRow | undefined;
  return row === undefined ? null : toRelease(row);
}

export function releasesByRender(store: Store, renderId: string): readonly Release[] {
  return (
    store.all(
      'SELECT id, body FROM releases WHERE render_id = ? ORDER BY created_at DESC, id',
      renderId,
    ) as readonly BodyRow[]
  ).map(toRelease);
}

export function allReleases(store: Store): readonly Release[] {
  return (store.all('SELECT id, body FROM releases ORDER BY created_at DESC, id') as readonly BodyRow[]).map(toRelease);
}

export function putRelease(store: Store, value: Release): void {
  store.run(
    `INSERT INTO releases (id, render_id, created_at, body) VALUES (?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET render_id = excluded.render_id, created_at = excluded.created_at,
       body = excluded.body`,
    value.id,
    value.renderId,
    value.createdAt,
    writeBody(releaseSchema, value),
  );
  recordChange(store, 'release', value.id, false);
}
