import { z } from 'zod';
import { type OriginalId, originalIdSchema } from '#common/evidence/index.ts';
import { readRow } from './bodies.ts';
import type { KnownOriginal } from './cloud-types.ts';
import { belonging, getPlacementRecord } from './placements.ts';
import { getDamaged, getRecording } from './recordings.ts';
import type { Store } from './store.ts';

/** Everything that the catalog takes for an original, from wherever it knows it. */
const everyId = `
  SELECT sealed_id AS id FROM source_files
  UNION SELECT evidence_id FROM segments
  UNION SELECT sidecar_id FROM sidecars
  UNION SELECT id FROM damaged_items
  UNION SELECT id FROM placements`;

export function countOriginals(store: Store): number {
  return (store.get(`SELECT count(*) AS count FROM (${everyId})`) as { count: number }).count;
}

/** In the order of their ids. */
export function originalIds(store: Store, after: string, limit: number): readonly OriginalId[] {
  const rows = store.all(`SELECT id FROM (${everyId}) WHERE id > ? ORDER BY id LIMIT ?`, after, limit) as readonly {
    readonly id: string;
  }[];
  return rows.map(({ id }) => readRow(originalIdSchema, 'original', id, () => id));
}

type Content = { readonly sha256: string; readonly size_bytes: number };
const contentSchema = z.object({ sha256: z.string(), size_bytes: z.number() });

/** What is known of each; null for an id that the catalog does not have. Answers in the order of the questions. */
export function knownOriginals(store: Store, ids: readonly string[]): readonly (KnownOriginal | null)[] {
  return store.reading(() => ids.map((id) => knownOriginal(store, id)));
}

function knownOriginal(store: Store, id: string): KnownOriginal | null {
  const record = getPlacementRecord(store, id);
  const source = store.get(
    'SELECT sha256, size_bytes, source_path, added FROM source_files WHERE sealed_id = ? ORDER BY added LIMIT 1',
    id,
  ) as (Content & { readonly source_path: string; readonly added: number }) | undefined;
  const content = source ?? contentOf(store, id);
  if (record === null && content === null) return null;
  const owner =
    record === null
      ? belonging(store, id, source?.source_path ?? id)
      : { recordingId: record.placement.recordingId, name: record.placement.name };
  return {
    id: readRow(originalIdSchema, 'original', id, () => id),
    record,
    ordinal: record?.ordinal ?? source?.added ?? 0,
    sha256: content?.sha256 ?? null,
    plaintextBytes: content?.size_bytes ?? null,
    ...owner,
  };
}

/** For what came from elsewhere: no camera was read for it here. */
function contentOf(store: Store, id: string): Content | null {
  const segment = store.get('SELECT sha256, size_bytes FROM segments WHERE evidence_id = ?', id);
  if (segment !== undefined) return contentSchema.parse(segment);
  const damaged = id.startsWith('dmg_') ? getDamaged(store, id) : null;
  if (damaged !== null) return { sha256: damaged.sha256, size_bytes: damaged.sizeBytes };
  const owner = store.get('SELECT recording_id FROM sidecars WHERE sidecar_id = ?', id) as
    | { readonly recording_id: string }
    | undefined;
  const recording = owner === undefined ? null : getRecording(store, owner.recording_id);
  const sidecar = recording?.sidecars.find(({ sidecarId }) => sidecarId === id);
  return sidecar === undefined ? null : { sha256: sidecar.sha256, size_bytes: sidecar.sizeBytes };
}
