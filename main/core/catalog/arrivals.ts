import { canonicalJson } from '#common/audit/index.ts';
import type { Placement, Recording, Sidecar } from '#common/evidence/index.ts';
import { originalIdSchema } from '#common/evidence/index.ts';
import { readRow } from './bodies.ts';
import type { Arrival } from './cloud-types.ts';
import { getPlacementRecord, putPlacement } from './placements.ts';
import { getDamaged, getRecording, putDamaged, putRecording } from './recordings.ts';
import type { Store } from './store.ts';
import type { Write } from './types.ts';

/** Takes in an original of another writer. Nothing happens when it is placed already. */
export function putArrival(store: Store, { placement, belongsTo }: Arrival): void {
  if (getPlacementRecord(store, placement.id) !== null) return;
  const pinned = placement.recordingId !== null && isPinned(store, placement.recordingId);
  const where = placement.where.state === 'only-in-cloud' && pinned ? { ...placement.where, pinned } : placement.where;
  putPlacement(store, { placement: { ...placement, where }, ordinal: 0, mismatches: 0 });
  if (belongsTo.kind === 'damaged' && getDamaged(store, belongsTo.item.id) === null) putDamaged(store, belongsTo.item);
  if (belongsTo.kind === 'recording') joinRecording(store, belongsTo.recording, belongsTo.sidecars);
}

/**
 * `given` holds the segments that arrived (none for a sidecar) and what its writer knew of the recording. Of a recording that is
 * here already everything stays as it is; what is new is added.
 */
function joinRecording(store: Store, given: Recording, arrived: readonly Sidecar[]): void {
  const present = getRecording(store, given.id);
  if (present === null) {
    if (given.segments.length > 0) putRecording(store, { ...given, sidecars: [...arrived] });
    return;
  }
  const segments = given.segments.filter(
    ({ evidenceId }) => !present.segments.some((segment) => segment.evidenceId === evidenceId),
  );
  const sidecars = arrived.filter(
    ({ sidecarId }) => !present.sidecars.some((sidecar) => sidecar.sidecarId === sidecarId),
  );
  const known = new Set(present.triggers.map(canonicalJson));
  const triggers = given.triggers.filter((trigger) => !known.has(canonicalJson(trigger)));
  if (segments.length + sidecars.length + triggers.length === 0) return;
  putRecording(store, {
    ...present,
    segments: [...present.segments, ...segments].sort((a, b) => a.index - b.index),
    sidecars: [...present.sidecars, ...sidecars],
    triggers: [...present.triggers, ...triggers],
  });
}

function isPinned(store: Store, recordingId: string): boolean {
  return (
    store.get(
      `SELECT 1 FROM segments JOIN placements ON placements.id = segments.evidence_id
       WHERE segments.recording_id = ? AND json_extract(placements.body, '$.where.pinned') = 1`,
      recordingId,
    ) !== undefined
  );
}

export function setKeptHere(store: Store, { id, pinned, here }: Extract<Write, { put: 'kept-here' }>): void {
  const record = getPlacementRecord(store, id);
  if (record === null || record.placement.where.state !== 'only-in-cloud') return;
  const where = {
    ...record.placement.where,
    ...(pinned === undefined ? {} : { pinned }),
    ...(here === undefined ? {} : { here }),
  };
  putPlacement(store, { ...record, placement: { ...record.placement, where } });
}

/** Sidecars that came before anything else of their recording. */
export function waitingSidecars(store: Store, recordingId: string): readonly Placement['id'][] {
  const rows = store.all(
    `SELECT id FROM placements WHERE id >= 'sid_' AND id < 'sid\`' AND json_extract(body, '$.recordingId') = ?
       AND NOT EXISTS (SELECT 1 FROM sidecars WHERE sidecar_id = placements.id)`,
    recordingId,
  ) as readonly { readonly id: string }[];
  return rows.map(({ id }) => readRow(originalIdSchema, 'original', id, () => id));
}

/** The originals of a state-of-affairs that only the store holds: those with a full copy here, and those that are pinned. */
export function keptOriginals(store: Store): readonly Placement[] {
  const rows = store.all(
    `SELECT id FROM placements WHERE state = 'only-in-cloud'
       AND (json_extract(body, '$.where.pinned') = 1 OR json_extract(body, '$.where.here') = 1)`,
  ) as readonly { readonly id: string }[];
  return rows.flatMap(({ id }) => getPlacementRecord(store, id)?.placement ?? []);
}
