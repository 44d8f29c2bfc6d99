import { CancelledError, ExpectedError } from '#common/errors/index.ts';
import { evidenceIdSchema } from '#common/ids/index.ts';
import type { SourceFile } from '#core/catalog/index.ts';
import type { DescribedFile, PlannedRecording, RefusedEntry } from '#core/devices/index.ts';
import { systemCode } from '#core/kernel/index.ts';
import { findKnown } from './known-files.ts';
import { type FileWork, keepDamaged, offloadSegment, offloadSidecar } from './offload-file.ts';
import { createOffloadProgress, type OffloadProgress } from './progress.ts';
import { createRecordingTarget, existingRecordings } from './recording-target.ts';
import { openSourcePlace, type SourcePlace } from './source-place.ts';
import type { OffloadItem, OffloadRoom, OffloadRun, OffloadSummary } from './types.ts';
import { unplugged } from './words.ts';

/** Twice the threads that seal: while these compute, other files are looked at, probed and entered. */
const recordingsAtOnce = 6;
/** Refusals entered into the audit log at once. */
const refusalsAtOnce = 500;

/** Errors of one file, after which the others are still worth trying. */
const ofOneFile = new Set(['source-unreadable', 'source-changed', 'unsafe-path']);

/** A card that was pulled, as it is told: how far the offload had come. */
export type Unplugged = { readonly sealed: number; readonly total: number };

/**
 * Offloads everything on a dock that was not sealed before. Resolves when nothing is left to try; files that could not be
 * read by themselves are in the summary as `failed`. Throws `source-gone` with words when the camera goes away,
 * `destination-full` and other errors of the vault as they are, CancelledError on the signal. Whatever was sealed before
 * that stays sealed and is in the catalog; calling it again goes on with the rest.
 */
export async function runOffload(room: OffloadRoom, run: OffloadRun): Promise<OffloadSummary> {
  const startedAt = room.clock.now();
  const { plan } = run.scan;
  await room.strays.ready();
  const source = await openSourcePlace(run.place.root);
  const known = await findKnown(room, plan, run.place.root, run.signal);
  const todo = plan.recordings.filter((recording) => filesOf(recording).some(({ path }) => !known.has(path)));
  // Oldest first: if the camera is pulled, what it would overwrite first is safe.
  todo.reverse();
  await enterStart(room, run, todo, known);

  const items: OffloadItem[] = [...refusedItems(plan.refused), ...knownItems(plan.recordings, known)];
  const bytes = todo.flatMap(filesOf).reduce((sum, file) => sum + (known.has(file.path) ? 0 : file.sizeBytes), 0);
  const progress = createOffloadProgress(room.clock, { recordings: todo.length, bytes }, run.onProgress);
  const stop = new AbortController();
  const shared: OffloadRun = { ...run, signal: AbortSignal.any([run.signal, stop.signal]) };
  const existing = existingRecordings(room, run.scan.profile.profile.id);
  const knownEvidence = evidenceOf(known);
  let complete = 0;

  async function offloadRecording(planned: PlannedRecording): Promise<void> {
    const target = createRecordingTarget(room, {
      planned,
      profile: run.scan.profile,
      facts: run.scan.facts,
      existing,
      known: knownEvidence,
    });
    const lockKey = `recording ${planned.segments[0]?.joinKey ?? `${planned.device.id} ${planned.segments[0]?.path ?? ''}`}`;
    const work: FileWork = { room, run: shared, source, dock: dockName(run), planned, target, lockKey };
    for (const file of planned.segments) {
      if (known.has(file.path)) continue;
      items.push(await attempt(work, file, progress, (under) => offloadSegment(work, file, under)));
    }
    const recordingId = await target.current();
    for (const file of planned.sidecars) {
      if (known.has(file.path)) continue;
      items.push(
        await attempt(work, file, progress, async (under) => {
          if (recordingId !== null) return offloadSidecar(work, file, recordingId, under);
          const reason = `It lay beside ${planned.segments[0]?.name ?? 'a recording'}, which could not be sealed as a recording.`;
          return keepDamaged(work, file, await source.pathOf(file.path), reason, under);
        }),
      );
    }
    complete += 1;
    progress.recordingDone();
  }

  try {
    await eachAtOnce(todo, recordingsAtOnce, shared.signal, offloadRecording, (error) => stop.abort(error));
  } catch (error) {
    throw await inWords(error, run.signal, source, { sealed: complete, total: todo.length });
  }
  return summarise(items, (room.clock.now() - startedAt) / 1000);
}

/** What the audit log and people call a dock. */
export function dockName({ place }: Pick<OffloadRun, 'place'>): string {
  return place.kind === 'volume' ? `${place.label ?? 'a drive'} at ${place.root}` : place.root;
}

function filesOf(recording: PlannedRecording) {
  return [...recording.segments, ...recording.sidecars];
}

function evidenceOf(known: ReadonlyMap<string, SourceFile>) {
  const evidence = [...known].flatMap(([path, { sealedId }]) => {
    const id = evidenceIdSchema.safeParse(sealedId);
    return id.success ? [[path, id.data] as const] : [];
  });
  return new Map(evidence);
}

async function enterStart(
  room: OffloadRoom,
  run: OffloadRun,
  todo: readonly PlannedRecording[],
  known: ReadonlyMap<string, SourceFile>,
): Promise<void> {
  const dock = dockName(run);
  const files = todo.flatMap(({ segments }) => segments).filter(({ path }) => !known.has(path)).length;
  const { refused, device } = run.scan.plan;
  const deviceId = device?.id ?? 'several devices';
  await room.catalog.commit({
    actor: run.actor,
    writes: [],
    events: [{ kind: 'offload.started', jobId: run.jobId, dock, device: deviceId, files }],
  });
  for (let from = 0; from < refused.length; from += refusalsAtOnce) {
    await room.catalog.commit({
      actor: run.actor,
      writes: [],
      events: refused
        .slice(from, from + refusalsAtOnce)
        .map(({ path, reason }) => ({ kind: 'offload.skipped', sourcePath: path, dock, reason })),
    });
  }
}

/** Seals one file; an error that concerns this file alone becomes its item. */
async function attempt(
  { room, run, source, dock }: FileWork,
  file: Pick<DescribedFile, 'path' | 'name' | 'sizeBytes'>,
  progress: OffloadProgress,
  seal: (under: ReturnType<OffloadProgress['start']>) => Promise<OffloadItem>,
): Promise<OffloadItem> {
  const under = progress.start(file.name, file.sizeBytes);
  try {
    run.signal.throwIfAborted();
    return await seal(under);
  } catch (error) {
    const known = readingFailure(error, file.path);
    if (!(known instanceof ExpectedError)) throw known;
    // A single bad spot of a card reads like an absent one: what counts is whether the card still answers.
    const single = ofOneFile.has(known.code) || (known.code === 'source-gone' && (await source.isThere()));
    if (!single) throw known;
    const reason = known.code === 'source-gone' ? 'This file cannot be read: the card may be failing.' : known.message;
    room.logger.warn('A file could not be offloaded.', { path: file.path, error: known });
    await room.catalog.commit({
      actor: run.actor,
      writes: [],
      events: [{ kind: 'offload.skipped', sourcePath: file.path, dock, reason }],
    });
    return { path: file.path, outcome: 'failed', sealedId: null, sha256: null, sizeBytes: file.sizeBytes, reason };
  } finally {
    under.done();
  }
}

const gone = new Set(['EIO', 'ENODEV', 'ENXIO', 'ENOENT', 'ENOTDIR', 'ESTALE', 'ENOMEDIUM', 'EBADF']);

/** What our own look at the head of a file may fail with, in the vault's words. */
function readingFailure(error: unknown, path: string): unknown {
  const code = systemCode(error);
  if (code === null || error instanceof ExpectedError) return error;
  if (code === 'EACCES' || code === 'EPERM') {
    return new ExpectedError('source-unreadable', 'The file may not be read by this account.', {
      subject: path,
      cause: error,
    });
  }
  if (code === 'ELOOP') {
    return new ExpectedError('unsafe-path', 'The file has become a link to another place.', {
      subject: path,
      cause: error,
    });
  }
  if (gone.has(code)) {
    return new ExpectedError('source-gone', 'The file cannot be read any more.', { subject: path, cause: error });
  }
  return error;
}

/** Runs the work on all of them, so many at once. After the first error the others are told, waited for, and it is thrown. */
async function eachAtOnce<T>(
  all: readonly T[],
  atOnce: number,
  signal: AbortSignal,
  work: (one: T) => Promise<void>,
  onError: (error: unknown) => void,
): Promise<void> {
  let next = 0;
  let failure: { readonly error: unknown } | null = null;
  const lane = async (): Promise<void> => {
    for (let one = all[next++]; one !== undefined && failure === null && !signal.aborted; one = all[next++]) {
      try {
        await work(one);
      } catch (error) {
        // Those that were told to stop because of the first error have nothing to add.
        failure ??= { error };
        onError(error);
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  const first = failure as { readonly error: unknown } | null;
  if (first !== null) throw first.error;
  signal.throwIfAborted();
}

async function inWords(error: unknown, signal: AbortSignal, source: SourcePlace, far: Unplugged): Promise<unknown> {
  if (signal.aborted) return signal.reason instanceof CancelledError ? signal.reason : new CancelledError();
  const lost = error instanceof ExpectedError && error.code === 'source-gone';
  if (!lost || (await source.isThere())) return error;
  return new ExpectedError('source-gone', unplugged(far.sealed, far.total), {
    nextStep: 'Dock it again: the offload continues where it stopped.',
    cause: error,
  });
}

function refusedItems(refused: readonly RefusedEntry[]): readonly OffloadItem[] {
  return refused.map(({ path, reason }) => ({
    path,
    outcome: 'refused',
    sealedId: null,
    sha256: null,
    sizeBytes: 0,
    reason,
  }));
}

function knownItems(
  recordings: readonly PlannedRecording[],
  known: ReadonlyMap<string, SourceFile>,
): readonly OffloadItem[] {
  return recordings.flatMap(filesOf).flatMap(({ path }) => {
    const file = known.get(path);
    if (file === undefined) return [];
    const { sealedId, sha256, sizeBytes } = file;
    return [{ path, outcome: 'known' as const, sealedId, sha256, sizeBytes, reason: null }];
  });
}

function summarise(items: readonly OffloadItem[], seconds: number): OffloadSummary {
  const isSidecar = ({ sealedId }: OffloadItem): boolean => sealedId?.startsWith('sid_') ?? false;
  const number = (outcome: OffloadItem['outcome']): number =>
    items.filter((item) => item.outcome === outcome && !isSidecar(item)).length;
  const kept = items.filter(({ outcome }) => outcome === 'sealed' || outcome === 'damaged');
  return {
    sealed: number('sealed'),
    known: number('known'),
    damaged: number('damaged'),
    refused: number('refused'),
    failed: number('failed'),
    bytes: kept.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    seconds,
    items,
  };
}
