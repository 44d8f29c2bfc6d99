import { ExpectedError } from '#common/errors/index.ts';
import {
  type DamagedItem,
  damagedItemSchema,
  type MediaState,
  type Recording,
  recordingSchema,
} from '#common/evidence/index.ts';
import { readBody, writeBody } from './bodies.ts';
import { recordChange } from './change-feed.ts';
import type { Store } from './store.ts';
import type { Write } from './types.ts';

type BodyRow = { readonly id: string; readonly body: string };

function toRecording({ id, body }: BodyRow): Recording {
  return readBody(recordingSchema, 'recording', id, body);
}

export function getRecording(store: Store, id: string): Recording | null {
  const row = store.get('SELECT id, body FROM recordings WHERE id = ?', id) as BodyRow | undefined;
  return row === undefined ? null : toRecording(row);
}

export function recordingByEvidence(store: Store, evidenceId: string): Recording | null {
  const row = store.get(
    'SELECT r.id, r.body FROM segments s JOIN recordings r ON r.id = s.recording_id WHERE s.evidence_id = ?',
    evidenceId,
  ) as BodyRow | undefined;
  return row === undefined ? null : toRecording(row);
}

export function allRecordings(store: Store): readonly Recording[] {
  return (store.all('SELECT id, body FROM recordings ORDER BY started_at DESC, id') as readonly BodyRow[]).map(
    toRecording,
  );
}

export function putRecording(store: Store, given: Recording): void {
  const body = writeBody(recordingSchema, given);
  const { id, device, officer, start, offloadedAt, segments } = given;
  store.run(
    `INSERT INTO recordings (id, device_id, officer, started_at, offloaded_at, body) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET device_id = excluded.device_id, officer = excluded.officer,
       started_at = excluded.started_at, offloaded_at = excluded.offloaded_at, body = excluded.body`,
    id,
    device.id,
    officer,
    start.at,
    offloadedAt,
    body,
  );
  store.run('DELETE FROM segments WHERE recording_id = ?', id);
  for (const segment of segments) {
    store.run(
      'INSERT INTO segments (evidence_id, recording_id, position, sha256, size_bytes) VALUES (?, ?, ?, ?, ?)',
      segment.evidenceId,
      id,
      segment.index,
      segment.sha256,
      segment.sizeBytes,
    );
  }
  store.run('DELETE FROM sidecars WHERE recording_id = ?', id);
  for (const { sidecarId } of given.sidecars) {
    store.run('INSERT OR REPLACE INTO sidecars (sidecar_id, recording_id) VALUES (?, ?)', sidecarId, id);
  }
  recordChange(store, 'recording', id, false);
}

function missing(what: string, id: string): ExpectedError {
  return new ExpectedError('not-found', `There is no such ${what} in the catalog.`, { subject: id });
}

export function addToRecording(store: Store, part: Extract<Write, { put: 'recording-part' }>): void {
  const recording = getRecording(store, part.recordingId);
  if (recording === null) throw missing('recording', part.recordingId);
  putRecording(store, {
    ...recording,
    segments: [...recording.segments, ...part.segments].sort((a, b) => a.index - b.index),
    sidecars: [...recording.sidecars, ...part.sidecars],
    triggers: [...recording.triggers, ...part.triggers],
  });
}

export function setSegmentMedia(store: Store, evidenceId: string, media: MediaState): void {
  const recording = recordingByEvidence(store, evidenceId);
  if (recording === null) throw missing('evidence item', evidenceId);
  putRecording(store, {
    ...recording,
    segments: recording.segments.map((segment) =>
      segment.evidenceId === evidenceId ? { ...segment, media } : segment,
    ),
  });
}

function toDamaged({ id, body }: BodyRow): DamagedItem {
  return readBody(damagedItemSchema, 'damaged item', id, body);
}

export function getDamaged(store: Store, id: string): DamagedItem | null {
  const row = store.get('SELECT id, body FROM damaged_items WHERE id = ?', id) as BodyRow | undefined;
  return row === undefined ? null : toDamaged(row);
}

export function allDamaged(store: Store): readonly DamagedItem[] {
  return (store.all('SELECT id, body FROM damaged_items ORDER BY kept_at DESC, id') as readonly BodyRow[]).map(
    toDamaged,
  );
}

export function putDamaged(store: Store, value: DamagedItem): void {
  store.run(
    `INSERT INTO damaged_items (id, device_id, sha256, kept_at, body) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET device_id = excluded.device_id, sha256 = excluded.sha256,
       kept_at = excluded.kept_at, body = excluded.body`,
    value.id,
    value.device.id,
    value.sha256,
    value.keptAt,
    writeBody(damagedItemSchema, value),
  );
  recordChange(store, 'damaged', value.id, false);
}
