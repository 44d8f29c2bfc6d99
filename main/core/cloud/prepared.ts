import { setTimeout as wait } from 'node:timers/promises';
import type { Placement, Segment } from '#common/evidence/index.ts';
import { evidenceIdSchema } from '#common/ids/index.ts';
import type { Catalog } from '#core/catalog/index.ts';
import type { Vault } from '#core/vault/index.ts';
import type { OriginalManifest } from './manifest.ts';

/** Finding the frames of an hour takes seconds; what takes longer is left to whoever reads the store. */
const patienceMs = 30_000;
const lookEveryMs = 250;

/**
 * What a reader of the store is spared: the frames of a segment and its picture for the library. Waits a little for a segment that
 * is just being prepared. Undefined for what is no segment, cannot be played, or is not known yet.
 */
export async function preparedOf(
  { catalog, vault }: { readonly catalog: Catalog; readonly vault: Vault },
  { id, recordingId }: Pick<Placement, 'id' | 'recordingId'>,
  signal: AbortSignal,
): Promise<OriginalManifest['prepared']> {
  const evidenceId = evidenceIdSchema.safeParse(id);
  if (!evidenceId.success || recordingId === null) return undefined;

  async function media(): Promise<Segment['media'] | undefined> {
    const recording = recordingId === null ? null : await catalog.recordings.get(recordingId);
    return recording?.segments.find((segment) => segment.evidenceId === id)?.media;
  }

  async function isBeingPrepared(): Promise<boolean> {
    const jobs = await catalog.jobs.unfinished();
    return jobs.some(
      ({ kind, state, payload }) =>
        kind === 'prepare' && (state === 'queued' || state === 'running') && payload.includes(id),
    );
  }

  let found = await media();
  for (let waited = 0; found?.state === 'waiting' && waited < patienceMs; waited += lookEveryMs) {
    if (!(await isBeingPrepared())) break;
    await wait(lookEveryMs, undefined, { signal });
    found = await media();
  }
  if (found?.state !== 'ready' && found?.state !== 'making-proxy') return undefined;
  const frames = await catalog.frameTables.get(evidenceId.data);
  if (frames === null) return undefined;
  return { facts: found.facts, frames, poster: await posterOf(vault, found) };
}

async function posterOf(vault: Vault, media: Segment['media']): Promise<string | null> {
  if (media.state !== 'ready' || media.posterId === null || !(await vault.has(media.posterId))) return null;
  const reader = await vault.openReader(media.posterId);
  try {
    return Buffer.from(await reader.read(0, reader.size)).toString('base64');
  } finally {
    await reader.close();
  }
}
