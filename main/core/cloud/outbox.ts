import type { Catalog } from '#core/catalog/index.ts';
import { ciphertextSize } from '#core/vault/index.ts';

const batch = 500;

/** Queues every original that has no placement yet, oldest first, one commit a batch. Returns how many there were. */
export async function placeOriginals(catalog: Catalog, now: () => number, signal: AbortSignal): Promise<number> {
  let placed = 0;
  while (!signal.aborted) {
    const unplaced = await catalog.placements.unplaced(batch);
    if (unplaced.length === 0) break;
    await catalog.commit({
      actor: { kind: 'station' },
      writes: unplaced.map(({ id, ordinal, plaintextBytes, recordingId, name }) => ({
        put: 'placement',
        value: {
          placement: {
            id,
            recordingId,
            name,
            sizeBytes: ciphertextSize(plaintextBytes),
            where: { state: 'queued', since: now(), attempts: 0, notBefore: null, error: null },
          },
          ordinal,
          mismatches: 0,
        },
      })),
      events: [],
    });
    placed += unplaced.length;
  }
  return placed;
}
