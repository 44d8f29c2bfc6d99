import { type Release, type Render, releaseSchema, renderSchema } from '#common/evidence/index.ts';
import { readBody, writeBody } from './bodies.ts';
import { recordChange } from './change-feed.ts';
import type { Store } from './store.ts';

type BodyRow = { readonly id: string; readonly body: string };

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
