import { ExpectedError } from '#common/errors/index.ts';
import type { Catalog, SourceFile, SourceFileKey } from '#core/catalog/index.ts';
import type { DockPlan, PlannedRecording } from '#core/devices/index.ts';
import { type Logger, systemCode } from '#core/kernel/index.ts';
import type { Vault } from '#core/vault/index.ts';
import { sampleOf } from './sample.ts';
import { openSourcePlace, type SourcePlace } from './source-place.ts';

const batchSize = 1000;
/** A card answers several small questions in hardly more time than one. */
const looksAtOnce = 8;

type KnownRoom = { readonly catalog: Catalog; readonly vault: Vault; readonly logger: Logger };

/** How a planned file is recognised when its camera is docked again. */
function keyOf(
  recording: Pick<PlannedRecording, 'device'>,
  file: { readonly path: string; readonly sizeBytes: number; readonly modifiedMs: number },
): SourceFileKey {
  const { path: sourcePath, sizeBytes, modifiedMs } = file;
  return { deviceId: recording.device.id, sourcePath, sizeBytes, modifiedMs };
}

/**
 * The files of a plan (sidecars too) that were sealed before, by their path on the dock: name, size and date agree, a few spots of
 * the file are those that were sealed, and the sealed file is there. Everything else is offloaded again, which costs time and loses
 * nothing. Throws `source-gone` when the dock at `root` is not there.
 */
export async function findKnown(
  { catalog, vault, logger }: KnownRoom,
  plan: DockPlan,
  root: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, SourceFile>> {
  const keys = plan.recordings.flatMap((recording) =>
    [...recording.segments, ...recording.sidecars].map((file) => keyOf(recording, file)),
  );
  const source = await openSourcePlace(root);
  const known = new Map<string, SourceFile>();

  async function look(key: SourceFileKey, candidates: readonly SourceFile[]): Promise<void> {
    const sample = candidates.length === 0 ? null : await sampleAt(source, key.sourcePath, logger);
    if (sample === null) return;
    const same = candidates.find((candidate) => candidate.sample === sample);
    if (same !== undefined && (await vault.has(same.sealedId))) known.set(key.sourcePath, same);
  }

  for (let from = 0; from < keys.length; from += batchSize) {
    const batch = keys.slice(from, from + batchSize);
    const found = await catalog.sourceFiles.findMany(batch);
    let next = 0;
    const lane = async (): Promise<void> => {
      for (let index = next++; index < batch.length; index = next++) {
        signal.throwIfAborted();
        await look(batch[index] as SourceFileKey, found[index] ?? []);
      }
    };
    await Promise.all(Array.from({ length: looksAtOnce }, lane));
  }
  return known;
}

/** Null when it cannot be read now: offloading it will say why. */
async function sampleAt(source: SourcePlace, path: string, logger: Logger): Promise<string | null> {
  try {
    return await sampleOf(await source.pathOf(path));
  } catch (error) {
    if (!(error instanceof ExpectedError) && systemCode(error) === null) throw error;
    logger.warn('A file could not be compared with what was sealed under its name.', { path, error });
    return null;
  }
}
