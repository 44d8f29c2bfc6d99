import type { Catalog, SourceFile, SourceFileKey } from '#core/catalog/index.ts';
import type { DockPlan, PlannedRecording } from '#core/devices/index.ts';

const batchSize = 1000;

/** How a planned file is recognised when its camera is docked again. */
function keyOf(
  recording: Pick<PlannedRecording, 'device'>,
  file: { readonly path: string; readonly sizeBytes: number; readonly modifiedMs: number },
): SourceFileKey {
  const { path: sourcePath, sizeBytes, modifiedMs } = file;
  return { deviceId: recording.device.id, sourcePath, sizeBytes, modifiedMs };
}

/** The files of a plan (sidecars too) that were sealed before, by their path on the dock. Opens none of them. */
export async function findKnown(catalog: Catalog, plan: DockPlan): Promise<ReadonlyMap<string, SourceFile>> {
  const keys = plan.recordings.flatMap((recording) =>
    [...recording.segments, ...recording.sidecars].map((file) => keyOf(recording, file)),
  );
  const known = new Map<string, SourceFile>();
  for (let from = 0; from < keys.length; from += batchSize) {
    const batch = keys.slice(from, from + batchSize);
    const found = await catalog.sourceFiles.findMany(batch);
    for (const [index, file] of found.entries()) {
      const key = batch[index];
      if (file !== null && key !== undefined) known.set(key.sourcePath, file);
    }
  }
  return known;
}
