import type { Dock, DockFile } from '#common/contract/index.ts';
import type { DamagedId, DockId, JobId } from '#common/ids/index.ts';
import type { SourceFile } from '#core/catalog/index.ts';
import { type DockPlace, type DockScan, isVideoName } from '#core/devices/index.ts';
import { count, printableName } from './words.ts';

/** What the last look at a dock found. `known` holds what was sealed before, by path. */
export type DockLook =
  | { readonly state: 'scanning' }
  | { readonly state: 'failed'; readonly problem: string }
  | {
      readonly state: 'seen';
      readonly scan: DockScan;
      readonly known: ReadonlyMap<string, SourceFile>;
      /** Why files of this dock are in the damaged tray. */
      readonly reasons: ReadonlyMap<DamagedId, string>;
    };

export type DockFacts = {
  readonly id: DockId;
  readonly place: DockPlace;
  readonly look: DockLook;
  readonly jobId: JobId | null;
  readonly gone: boolean;
};

/** A dock as it is shown. Pure. */
export function viewDock({ id, place, look, jobId, gone }: DockFacts): Dock {
  const base = {
    id,
    kind: place.kind,
    location: place.root,
    label: printableName(place.kind === 'volume' ? (place.label ?? place.root) : folderLabel(place.root)),
    jobId,
  };
  const empty = { counts: { fresh: 0, known: 0, damaged: 0, refused: 0, other: 0 }, freshBytes: 0, clockDoubt: null };
  if (look.state !== 'seen') {
    const state = gone ? 'gone' : look.state === 'failed' ? 'unreadable' : jobId === null ? 'scanning' : 'offloading';
    return {
      ...base,
      ...empty,
      profile: null,
      device: null,
      state,
      problem: look.state === 'failed' ? look.problem : null,
    };
  }
  const { profile, plan } = look.scan;
  if (profile === null || plan === null) {
    return {
      ...base,
      ...empty,
      profile: null,
      device: null,
      state: gone ? 'gone' : 'not-a-camera',
      problem: notACamera(look.scan),
    };
  }
  const files = plan.recordings.flatMap(({ segments }) => segments);
  const fresh = files.filter(({ path }) => !look.known.has(path));
  const damaged = files.filter(({ path }) => look.known.get(path)?.sealedId.startsWith('dmg_') === true);
  const freshSidecars = plan.recordings.flatMap(({ sidecars }) => sidecars).filter(({ path }) => !look.known.has(path));
  const idle = fresh.length + freshSidecars.length === 0 ? 'nothing-new' : 'ready';
  return {
    ...base,
    profile: { id: profile.profile.id, name: profile.profile.name },
    device: plan.device,
    state: gone ? 'gone' : jobId === null ? idle : 'offloading',
    problem: plan.warnings.length === 0 ? null : plan.warnings.join(' '),
    counts: {
      fresh: fresh.length,
      known: files.length - fresh.length - damaged.length,
      damaged: damaged.length,
      refused: plan.refused.length,
      other: plan.others.length,
    },
    freshBytes: [...fresh, ...freshSidecars].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    clockDoubt: plan.clockDoubt,
  };
}

function folderLabel(root: string): string {
  const parts = root.split(/[\\/]/).filter((part) => part !== '');
  return parts.at(-1) ?? root;
}

function notACamera({ walk }: DockScan): string | null {
  const videos = walk.files.filter(({ path }) => isVideoName(path)).length;
  if (videos === 0) return null;
  return `There ${videos === 1 ? 'is' : 'are'} ${count(videos, 'video')} here, but no camera profile fits. To offload them all the same, watch this folder.`;
}

/** The files of a dock, newest first, those that will not be taken at the end. Pure. */
export function viewFiles(look: DockLook): readonly DockFile[] {
  if (look.state !== 'seen' || look.scan.plan === null) return [];
  const { plan } = look.scan;
  const media = plan.recordings
    .flatMap(({ segments }) => segments)
    .map((file): DockFile => {
      const known = look.known.get(file.path);
      const state = known === undefined ? 'fresh' : known.sealedId.startsWith('dmg_') ? 'damaged' : 'known';
      const kept = state === 'damaged' ? look.reasons.get(known?.sealedId as DamagedId) : undefined;
      return {
        path: printableName(file.path),
        sizeBytes: file.sizeBytes,
        state,
        reason: kept ?? file.damage ?? file.start.doubt,
        startedAt: file.start.at,
      };
    })
    .sort((a, b) => (b.startedAt ?? 0) - (a.startedAt ?? 0) || (a.path < b.path ? -1 : 1));
  const refused = plan.refused.map(
    ({ path, reason }): DockFile => ({
      path: printableName(path),
      sizeBytes: 0,
      state: 'refused',
      reason,
      startedAt: null,
    }),
  );
  const others = plan.others.map(
    ({ path, sizeBytes, modifiedMs }): DockFile => ({
      path: printableName(path),
      sizeBytes,
      state: 'other',
      reason: 'This is no recording and lies beside none: it stays where it is.',
      startedAt: modifiedMs,
    }),
  );
  return [...media, ...refused, ...others];
}
