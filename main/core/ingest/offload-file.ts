import { type AuditEvent, actorName } from '#common/audit/index.ts';
import type { Segment } from '#common/evidence/index.ts';
import { damagedIdSchema, evidenceIdSchema, type RecordingId, type SealedId } from '#common/ids/index.ts';
import type { SourceFile, Write } from '#core/catalog/index.ts';
import {
  type DescribedFile,
  largestTriggerFile,
  type PlannedRecording,
  type PlannedSidecar,
  readTriggers,
} from '#core/devices/index.ts';
import { checkContainer } from './container-check.ts';
import type { FileProgress } from './progress.ts';
import type { RecordingTarget } from './recording-target.ts';
import { type Kept, sealOriginal } from './seal-original.ts';
import type { SourcePlace } from './source-place.ts';
import type { OffloadItem, OffloadRoom, OffloadRun } from './types.ts';
import { printableName } from './words.ts';

/** What the files of one planned recording share. */
export type FileWork = {
  readonly room: OffloadRoom;
  readonly run: OffloadRun;
  readonly source: SourcePlace;
  readonly dock: string;
  readonly planned: PlannedRecording;
  readonly target: RecordingTarget;
  /** Names the lock under which this recording is changed. */
  readonly lockKey: string;
};

type AnyFile = Pick<DescribedFile, 'path' | 'name' | 'sizeBytes'>;

function sourceRow(
  work: FileWork,
  file: AnyFile,
  kept: { sha256: string; sizeBytes: number; modifiedMs: number; sample: string },
  sealedId: SealedId,
): Write {
  const { sha256, sizeBytes, modifiedMs, sample } = kept;
  const value: SourceFile = {
    deviceId: work.planned.device.id,
    sourcePath: file.path,
    sizeBytes,
    modifiedMs,
    sha256,
    sealedId,
    sample,
  };
  return { put: 'source-file', value };
}

function original(work: FileWork, file: AnyFile, kept: { readonly sha256: string; readonly sizeBytes: number }) {
  return { sha256: kept.sha256, sizeBytes: kept.sizeBytes, sourcePath: file.path, dock: work.dock };
}

/** Seals one media file and enters it: as a segment of its recording, as damaged, or as bytes that were seen before. */
export async function offloadSegment(
  work: FileWork,
  file: DescribedFile,
  progress: FileProgress,
): Promise<OffloadItem> {
  const { room, run, source } = work;
  const path = await source.pathOf(file.path);
  if (file.damage !== null) return keepDamaged(work, file, path, file.damage, progress);
  const verdict = await checkContainer(path);
  if (verdict.kind === 'damaged') return keepDamaged(work, file, path, verdict.reason, progress);
  const sealed = await sealOriginal<'evidence', OffloadItem>(room, {
    kind: 'evidence',
    path,
    fileName: file.name,
    signal: run.signal,
    progress,
    findTwin: true,
    inspect: room.inspect,
    keep: (kept) => room.locks.run(work.lockKey, () => enterSegment(work, file, kept)),
    twin: (sealedId, seen) => enterTwin(work, file, sealedId, seen),
  });
  return sealed.kind === 'damaged' ? keepDamaged(work, file, path, sealed.reason, progress) : sealed.value;
}

async function enterSegment(
  work: FileWork,
  file: DescribedFile,
  kept: Kept<Segment['evidenceId']>,
): Promise<OffloadItem> {
  const { room, run, planned, target } = work;
  const { recordingId, index, isNew } = await target.place(file);
  const { sealedId: evidenceId, sha256, sizeBytes, readBack } = kept;
  const now = room.clock.now();
  const segment: Segment = {
    evidenceId,
    index,
    fileName: printableName(file.name),
    sourcePath: file.path,
    sha256,
    sizeBytes,
    sealedAt: now,
    readBack,
    media: { state: 'waiting' },
  };
  const write: Write = isNew
    ? { put: 'recording', value: newRecording(work, recordingId, segment, now) }
    : { put: 'recording-part', recordingId, segments: [segment], sidecars: [], triggers: [] };
  const event: AuditEvent = {
    kind: 'evidence.sealed',
    evidenceId,
    recordingId,
    readBack,
    ...original(work, file, kept),
  };
  await room.catalog.commit({
    actor: run.actor,
    writes: [write, sourceRow(work, file, kept, evidenceId)],
    events: [event],
  });
  target.entered(recordingId, index);
  await room.afterSeal([evidenceId]);
  return { path: file.path, outcome: 'sealed', sealedId: evidenceId, sha256, sizeBytes, reason: planned.start.doubt };
}

function newRecording({ run, planned }: FileWork, id: RecordingId, segment: Segment, now: number) {
  const { device, officer, start, protectedOnCamera, preEvent } = planned;
  return {
    id,
    title: printableName(planned.title),
    device: { id: device.id, name: printableName(device.name) },
    profileId: run.scan.profile.profile.id,
    officer: officer === null ? null : printableName(officer),
    start,
    protectedOnCamera,
    preEvent,
    segments: [segment],
    sidecars: [],
    triggers: [],
    offloadedAt: now,
    offloadedBy: actorName(run.actor),
  };
}

type SeenBytes = {
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  readonly sample: string;
};

/** The same recording on another card or under another name: remembered as seen, not kept twice. */
async function enterTwin(work: FileWork, file: AnyFile, sealedId: SealedId, seen: SeenBytes): Promise<OffloadItem> {
  const { room, run, dock } = work;
  const { sha256, sizeBytes } = seen;
  const evidence = evidenceIdSchema.safeParse(sealedId);
  const event: AuditEvent = evidence.success
    ? { kind: 'evidence.seen-again', evidenceId: evidence.data, sha256, sourcePath: file.path, dock }
    : {
        kind: 'offload.skipped',
        sourcePath: file.path,
        dock,
        reason: `The same bytes are in the damaged tray (${sealedId}).`,
      };
  await room.catalog.commit({
    actor: run.actor,
    writes: [sourceRow(work, file, seen, sealedId)],
    events: [event],
  });
  if (evidence.success) await work.target.learn(evidence.data);
  return {
    path: file.path,
    outcome: 'known',
    sealedId,
    sha256,
    sizeBytes,
    reason: 'The same bytes were sealed before.',
  };
}

/** Keeps a file that cannot be played: sealed under an id of its own kind, with the reason, in the damaged tray. */
export async function keepDamaged(
  work: FileWork,
  file: AnyFile,
  path: string,
  reason: string,
  progress: FileProgress,
): Promise<OffloadItem> {
  const { room, run, planned } = work;
  const sealed = await sealOriginal<'damaged', OffloadItem>(room, {
    kind: 'damaged',
    path,
    fileName: file.name,
    signal: run.signal,
    progress,
    // All empty files have the same bytes, and each of them stands for a recording of its own that is missing.
    findTwin: file.sizeBytes > 0,
    inspect: null,
    keep: async (kept) => {
      const { sealedId, sha256, sizeBytes } = kept;
      const id = damagedIdSchema.parse(sealedId);
      const { device } = planned;
      await room.catalog.commit({
        actor: run.actor,
        writes: [
          {
            put: 'damaged',
            value: {
              id,
              fileName: printableName(file.name),
              sourcePath: file.path,
              device: { id: device.id, name: printableName(device.name) },
              profileId: run.scan.profile.profile.id,
              sizeBytes,
              sha256,
              reason,
              keptAt: room.clock.now(),
            },
          },
          sourceRow(work, file, kept, id),
        ],
        events: [{ kind: 'evidence.damaged', damagedId: id, reason, ...original(work, file, kept) }],
      });
      return { path: file.path, outcome: 'damaged', sealedId: id, sha256, sizeBytes, reason };
    },
    twin: (sealedId, seen) => enterTwin(work, file, sealedId, seen),
  });
  if (sealed.kind === 'damaged') throw new Error('A damaged file is not inspected.');
  return sealed.value;
}

/** Seals a file that lies beside a recording and reads its triggers from what was sealed. */
export async function offloadSidecar(
  work: FileWork,
  file: PlannedSidecar,
  recordingId: RecordingId,
  progress: FileProgress,
): Promise<OffloadItem> {
  const { room, run, source } = work;
  const path = await source.pathOf(file.path);
  const sealed = await sealOriginal<'sidecar', OffloadItem>(room, {
    kind: 'sidecar',
    path,
    fileName: file.name,
    signal: run.signal,
    progress,
    findTwin: false,
    inspect: null,
    keep: (kept) => room.locks.run(work.lockKey, () => enterSidecar(work, file, recordingId, kept)),
    twin: () => Promise.reject(new Error('A sidecar is not looked for elsewhere.')),
  });
  if (sealed.kind === 'damaged') throw new Error('A sidecar is not inspected.');
  return sealed.value;
}

async function enterSidecar(
  work: FileWork,
  file: PlannedSidecar,
  recordingId: RecordingId,
  kept: Kept<ReturnType<typeof import('#core/kernel/index.ts').newId<'sidecar'>>>,
): Promise<OffloadItem> {
  const { room, run, planned } = work;
  const { sealedId: sidecarId, sha256, sizeBytes } = kept;
  const reading = await readSealedTriggers(room, file, kept, planned.start.at);
  const before = await room.catalog.recordings.get(recordingId);
  const had = new Set(before?.triggers.map((event) => JSON.stringify(event)));
  await room.catalog.commit({
    actor: run.actor,
    writes: [
      {
        put: 'recording-part',
        recordingId,
        segments: [],
        sidecars: [{ sidecarId, fileName: printableName(file.name), kind: file.kind, sha256, sizeBytes }],
        // A longer list of the same triggers may come with a later offload.
        triggers: reading.events.filter((event) => !had.has(JSON.stringify(event))),
      },
      sourceRow(work, file, kept, sidecarId),
    ],
    events: [{ kind: 'sidecar.sealed', sidecarId, recordingId, ...original(work, file, kept) }],
  });
  const [problem] = reading.problems;
  return { path: file.path, outcome: 'sealed', sealedId: sidecarId, sha256, sizeBytes, reason: problem ?? null };
}

async function readSealedTriggers(
  room: OffloadRoom,
  file: PlannedSidecar,
  kept: { sealedId: SealedId; sizeBytes: number },
  startedAt: number,
) {
  if (file.kind !== 'triggers') return { events: [], problems: [] };
  if (kept.sizeBytes > largestTriggerFile) {
    return {
      events: [],
      problems: [`${printableName(file.name)} is too large to be a list of triggers; it was sealed and not read.`],
    };
  }
  const reader = await room.vault.openReader(kept.sealedId);
  try {
    const text = new TextDecoder().decode(await reader.read(0, kept.sizeBytes));
    return readTriggers(file, text, startedAt);
  } finally {
    await reader.close();
  }
}
