import type { Recording } from '#common/evidence/index.ts';
import type { EvidenceId, RecordingId } from '#common/ids/index.ts';
import {
  type CompiledProfile,
  type DescribedFile,
  type DockFacts,
  describeFile,
  joinSegments,
  type PlannedRecording,
} from '#core/devices/index.ts';
import { newId } from '#core/kernel/index.ts';
import type { OffloadRoom } from './types.ts';

/** Which recording of the catalog the segments of a planned one belong to. Ask under the recording's lock. */
export interface RecordingTarget {
  /** Where this segment goes: `isNew` when the recording has to be made first. */
  place(
    file: DescribedFile,
  ): Promise<{ readonly recordingId: RecordingId; readonly index: number; readonly isNew: boolean }>;
  /** The recording now exists with this segment. */
  entered(recordingId: RecordingId, index: number): void;
  /** A segment of this plan turned out to be part of a recording that is there. */
  learn(evidenceId: EvidenceId): Promise<void>;
  /** The recording, when there is one. */
  current(): Promise<RecordingId | null>;
}

type Home = { readonly id: RecordingId; readonly taken: Set<number>; readonly shift: number };

/** Existing recordings of one camera, read once an offload and only when its segments join. */
export type Existing = (deviceId: string) => Promise<readonly Recording[]>;

export function existingRecordings({ catalog }: OffloadRoom, profileId: string): Existing {
  let all: Promise<readonly Recording[]> | null = null;
  return async (deviceId) => {
    all ??= catalog.recordings.all();
    return (await all).filter((recording) => recording.device.id === deviceId && recording.profileId === profileId);
  };
}

export type TargetOptions = {
  readonly planned: PlannedRecording;
  readonly profile: CompiledProfile;
  readonly facts: DockFacts;
  readonly existing: Existing;
  /** Segments of this plan that are sealed already, by path. */
  readonly known: ReadonlyMap<string, EvidenceId>;
};

export function createRecordingTarget(room: OffloadRoom, options: TargetOptions): RecordingTarget {
  const { planned, profile, known } = options;
  const numbered = profile.profile.join !== null && profile.profile.join.everySeconds.length === 0;
  let home: Home | null = null;
  let looked = false;

  const positionOf = (file: DescribedFile): number => planned.segments.indexOf(file);

  /** `anchor`: where a segment that both have stands in the plan and in the recording. */
  function settle(recording: Recording, anchor: { readonly position: number; readonly index: number } | null): void {
    const taken = new Set(recording.segments.map(({ index }) => index));
    const shift = anchor === null ? Math.max(-1, ...taken) + 1 : anchor.index - anchor.position;
    home = { id: recording.id, taken, shift };
  }

  async function learn(evidenceId: EvidenceId, position: number | null): Promise<void> {
    const recording = await room.catalog.recordings.byEvidence(evidenceId);
    if (recording === null) return;
    const index = recording.segments.find((segment) => segment.evidenceId === evidenceId)?.index ?? 0;
    settle(recording, position === null ? null : { position, index });
  }

  async function look(): Promise<void> {
    if (looked) return;
    looked = true;
    for (const [position, { path }] of planned.segments.entries()) {
      const evidenceId = known.get(path);
      if (evidenceId !== undefined) await learn(evidenceId, position);
      if (home !== null) return;
    }
    if (profile.profile.join === null) return;
    const found = (await options.existing(planned.device.id)).find((recording) => continues(room, options, recording));
    if (found !== undefined) settle((await room.catalog.recordings.get(found.id)) ?? found, null);
  }

  return {
    place: async (file) => {
      await look();
      const position = positionOf(file);
      const wanted = numbered && file.segment !== null ? file.segment : position + (home?.shift ?? 0);
      // Same name and time, other content: both are kept, each as a recording.
      if (home !== null && (wanted < 0 || home.taken.has(wanted))) home = null;
      if (home !== null) return { recordingId: home.id, index: wanted, isNew: false };
      return {
        recordingId: newId('recording'),
        index: numbered && file.segment !== null ? file.segment : position,
        isNew: true,
      };
    },
    entered: (recordingId, index) => {
      if (home?.id !== recordingId) home = { id: recordingId, taken: new Set(), shift: 0 };
      home.taken.add(index);
    },
    learn: async (evidenceId) => {
      if (home === null && profile.profile.join !== null) await learn(evidenceId, null);
    },
    current: async () => {
      await look();
      return home?.id ?? null;
    },
  };
}

/** True when the planned segments follow those of a recording that came with an earlier offload. */
function continues(room: OffloadRoom, { planned, profile, facts }: TargetOptions, recording: Recording): boolean {
  const settings = { zone: room.zone, now: room.clock.now() };
  const earlier = recording.segments.map(({ sourcePath, sizeBytes }) =>
    describeFile(
      profile,
      facts,
      { path: sourcePath, sizeBytes, modifiedMs: recording.start.at, readOnly: false },
      settings,
    ),
  );
  const [first] = planned.segments;
  const last = earlier.at(-1);
  if (first === undefined || last === undefined || first.joinKey === null) return false;
  if (profile.profile.join?.everySeconds.length !== 0 && first.start.at <= last.start.at) return false;
  return joinSegments(profile, [...earlier, ...planned.segments]).some(
    (joined) => joined.includes(first) && earlier.every((file) => joined.includes(file)),
  );
}
