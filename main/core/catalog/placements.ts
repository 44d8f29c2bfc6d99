import { assertNever } from '#common/errors/index.ts';
import {
  type OriginalId,
  originalIdSchema,
  type Placement,
  placementSchema,
  type Whereabouts,
} from '#common/evidence/index.ts';
import { readBody, readRow, writeBody } from './bodies.ts';
import { recordChange } from './change-feed.ts';
import { type PlacementRecord, type PlacementSummary, placementRecordSchema, type Unplaced } from './cloud-types.ts';
import { getDamaged, getRecording } from './recordings.ts';
import type { Store } from './store.ts';

type Row = { readonly id: string; readonly ordinal: number; readonly mismatches: number; readonly body: string };

const columns = 'id, ordinal, mismatches, body';

function toPlacement({ id, body }: Pick<Row, 'id' | 'body'>): Placement {
  return readBody(placementSchema, 'placement', id, body);
}

function toRecord(row: Row): PlacementRecord {
  return { placement: toPlacement(row), ordinal: row.ordinal, mismatches: row.mismatches };
}

export function getPlacement(store: Store, id: string): Placement | null {
  return getPlacementRecord(store, id)?.placement ?? null;
}

export function getPlacementRecord(store: Store, id: string): PlacementRecord | null {
  const row = store.get(`SELECT ${columns} FROM placements WHERE id = ?`, id) as Row | undefined;
  return row === undefined ? null : toRecord(row);
}

/** Those that may be sent now, in the order in which they are to be sent. */
export function duePlacements(store: Store, now: number, limit: number): readonly PlacementRecord[] {
  const rows = store.all(
    `SELECT ${columns} FROM placements WHERE state = 'queued' AND (not_before IS NULL OR not_before <= ?)
     ORDER BY priority DESC, ordinal, id LIMIT ?`,
    now,
    limit,
  ) as readonly Row[];
  return rows.map(toRecord);
}

/** What is not in the store, in the order in which it will be sent; what waits for a person comes last. */
export function placementQueue(
  store: Store,
  offset: number,
  limit: number,
): { readonly items: readonly Placement[]; readonly total: number } {
  return store.reading(() => {
    let total = 0;
    const items: Placement[] = [];
    // State by state, so that each is read in the order of its index and only as far as it is shown.
    for (const state of ['uploading', 'queued', 'missing'] as const) {
      const { count } = store.get('SELECT count(*) AS count FROM placements WHERE state = ?', state) as {
        count: number;
      };
      const from = Math.max(0, offset - total);
      total += count;
      if (items.length >= limit || from >= count) continue;
      const rows = store.all(
        'SELECT id, body FROM placements WHERE state = ? ORDER BY priority DESC, ordinal, id LIMIT ? OFFSET ?',
        state,
        limit - items.length,
        from,
      ) as readonly Row[];
      items.push(...rows.map(toPlacement));
    }
    return { items, total };
  });
}

export function verifiedOriginals(store: Store, after: string | null, limit: number): readonly OriginalId[] {
  const rows = store.all(
    "SELECT id FROM placements WHERE state = 'verified' AND id > ? ORDER BY id LIMIT ?",
    after ?? '',
    limit,
  ) as readonly { id: string }[];
  return rows.map(({ id }) => readRow(originalIdSchema, 'placement', id, () => id));
}

const none = { items: 0, bytes: 0 };

export function placementSummary(store: Store): PlacementSummary {
  return store.reading(() => {
    const rows = store.all(
      'SELECT state, count(*) AS items, sum(size_bytes) AS bytes FROM placements GROUP BY state',
    ) as readonly { readonly state: string; readonly items: number; readonly bytes: number }[];
    const of = (state: Whereabouts['state']): PlacementSummary['queued'] => {
      const row = rows.find((one) => one.state === state);
      return row === undefined ? none : { items: row.items, bytes: row.bytes };
    };
    const { next } = store.get("SELECT min(not_before) AS next FROM placements WHERE state = 'queued'") as {
      next: number | null;
    };
    return {
      queued: of('queued'),
      uploading: of('uploading'),
      verified: of('verified'),
      onlyInCloud: of('only-in-cloud'),
      missing: of('missing'),
      nextAt: next,
    };
  });
}

/** Originals without a placement, oldest first. The outbox is derived like this and stored nowhere, so it cannot be lost. */
export function unplacedOriginals(store: Store, limit: number): readonly Unplaced[] {
  return store.reading(() => {
    const rows = store.all(
      `SELECT sealed_id AS id, min(added) AS ordinal, size_bytes, source_path FROM source_files
       WHERE NOT EXISTS (SELECT 1 FROM placements WHERE placements.id = source_files.sealed_id)
       GROUP BY sealed_id ORDER BY ordinal LIMIT ?`,
      limit,
    ) as readonly { id: string; ordinal: number; size_bytes: number; source_path: string }[];
    return rows.map((row) => ({
      id: readRow(originalIdSchema, 'original', row.id, () => row.id),
      ordinal: row.ordinal,
      plaintextBytes: row.size_bytes,
      ...belonging(store, row.id, row.source_path),
    }));
  });
}

/** The recording an original belongs to, and what people call it. */
export function belonging(store: Store, id: string, sourcePath: string): Pick<Unplaced, 'recordingId' | 'name'> {
  const lastPart = sourcePath.slice(sourcePath.lastIndexOf('/') + 1);
  const damaged = id.startsWith('dmg_') ? getDamaged(store, id) : null;
  if (damaged !== null) return { recordingId: null, name: damaged.fileName };
  const owner = store.get(
    `SELECT recording_id FROM segments WHERE evidence_id = ?
     UNION ALL SELECT recording_id FROM sidecars WHERE sidecar_id = ?`,
    id,
    id,
  ) as { recording_id: string } | undefined;
  const recording = owner === undefined ? null : getRecording(store, owner.recording_id);
  if (recording === null) return { recordingId: null, name: lastPart };
  const file =
    recording.segments.find((one) => one.evidenceId === id) ?? recording.sidecars.find((one) => one.sidecarId === id);
  return { recordingId: recording.id, name: file?.fileName ?? lastPart };
}

export function putPlacement(store: Store, given: PlacementRecord): void {
  const { placement, ordinal, mismatches } = placementRecordSchema.parse(given);
  const { where } = placement;
  store.run(
    `INSERT INTO placements (id, state, priority, ordinal, not_before, size_bytes, mismatches, body)
     VALUES (?, ?, 0, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET state = excluded.state, ordinal = excluded.ordinal, not_before = excluded.not_before,
       size_bytes = excluded.size_bytes, mismatches = excluded.mismatches, body = excluded.body`,
    placement.id,
    where.state,
    ordinal,
    where.state === 'queued' ? where.notBefore : null,
    placement.sizeBytes,
    mismatches,
    writeBody(placementSchema, placement),
  );
  recordChange(store, 'placement', placement.id, false);
}

export function sendFirst(store: Store, ids: readonly string[], at: number): void {
  const { top } = store.get('SELECT coalesce(max(priority), 0) AS top FROM placements') as { top: number };
  for (const id of new Set(ids)) {
    const record = getPlacementRecord(store, id);
    if (record === null) continue;
    const { placement } = record;
    const again = queuedAgain(placement.where, at);
    if (again === null) continue;
    putPlacement(store, { ...record, mismatches: 0, placement: { ...placement, where: again } });
    store.run('UPDATE placements SET priority = ? WHERE id = ?', top + 1, id);
  }
}

/** Null for what need not be sent, or is being sent. */
function queuedAgain(where: Whereabouts, at: number): Whereabouts | null {
  switch (where.state) {
    case 'queued':
      return { ...where, notBefore: null };
    case 'missing':
      return { state: 'queued', since: at, attempts: 0, notBefore: null, error: null };
    case 'uploading':
    case 'verified':
    case 'only-in-cloud':
      return null;
    default:
      return assertNever(where);
  }
}

export function queueInterrupted(store: Store, at: number): void {
  const rows = store.all(`SELECT ${columns} FROM placements WHERE state = 'uploading'`) as readonly Row[];
  for (const record of rows.map(toRecord)) {
    const { placement } = record;
    if (placement.where.state !== 'uploading') continue;
    const { attempts } = placement.where;
    putPlacement(store, {
      ...record,
      placement: { ...placement, where: { state: 'queued', since: at, attempts, notBefore: null, error: null } },
    });
  }
}

/** Replicas learn that nothing is placed any more. What is nowhere but in the store stays where it is, and says so. */
export function forgetPlacements(store: Store): void {
  const rows = store.all("SELECT id FROM placements WHERE state <> 'only-in-cloud'");
  for (const { id } of rows as readonly { id: string }[]) recordChange(store, 'placement', id, true);
  store.run("DELETE FROM placements WHERE state <> 'only-in-cloud'");
}
