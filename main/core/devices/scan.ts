import { opendir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ExpectedError } from '#common/errors/index.ts';
import { type DockPlan, type PlanSettings, planDock } from './plan.ts';
import { type DockFacts, matchProfile } from './profile-match.ts';
import type { CompiledProfile } from './profiles.ts';
import type { Volume } from './volume.ts';
import { type Walk, walkDock } from './walk.ts';

/** A place to look at: a mounted volume, or a folder. */
export type DockPlace =
  | { readonly kind: 'volume'; readonly root: string; readonly label: string | null; readonly serial: string | null }
  | {
      readonly kind: 'folder';
      readonly root: string;
      /** Folders on its first level that are docks of their own and are left out here. */
      readonly without?: readonly string[];
    };

/** What a look at a place found. `plan` and `profile` are null together, when no profile fits. */
export type DockScan = {
  readonly facts: DockFacts;
  readonly walk: Walk;
  readonly profile: CompiledProfile | null;
  readonly plan: DockPlan | null;
};

export type ScanSettings = PlanSettings & {
  readonly profiles: readonly CompiledProfile[];
  readonly signal?: AbortSignal;
  /** How long the place may take to give its first answer (default five seconds). */
  readonly answerWithinMs?: number;
};

/** The place a volume is. */
export function placeOfVolume(volume: Volume): DockPlace {
  return { kind: 'volume', root: volume.mountPoint, label: volume.label, serial: volume.serial };
}

/**
 * Lists a place, finds its profile and plans its recordings. Opens no file. Throws `source-gone`, `source-unreadable`,
 * `too-large`, and CancelledError.
 */
export async function scanDock(place: DockPlace, settings: ScanSettings): Promise<DockScan> {
  await mustAnswer(place.root, settings.answerWithinMs ?? 5000);
  const walk = await walkDock(place.root, settings.signal, place.kind === 'folder' ? (place.without ?? []) : []);
  const facts = factsOf(place, walk);
  const profile = matchProfile(facts, settings.profiles);
  return { facts, walk, profile, plan: profile === null ? null : planDock(profile, facts, walk, settings) };
}

function factsOf(place: DockPlace, walk: Walk): DockFacts {
  const name = place.kind === 'folder' ? basename(place.root) : null;
  return {
    kind: place.kind,
    label: place.kind === 'volume' ? place.label : name,
    rootName: name,
    serial: place.kind === 'volume' ? place.serial : null,
    files: walk.files,
    folders: walk.folders,
  };
}

/** Looks at the first entry only. A mount that hangs keeps one thread of Node's few until the system gives up on it. */
async function mustAnswer(root: string, withinMs: number): Promise<void> {
  const answer = (async () => {
    const folder = await opendir(root, { bufferSize: 1 });
    try {
      await folder.read();
    } finally {
      await folder.close();
    }
  })();
  // What is wrong with it, the walk will say better.
  const settled = answer.then(
    () => 'answered',
    () => 'answered',
  );
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), withinMs);
  });
  try {
    if ((await Promise.race([settled, late])) === 'late') {
      throw new ExpectedError('source-unreadable', 'This place does not answer.', {
        subject: root,
        nextStep: 'Unplug the camera and dock it again; if it is a network folder, check the connection.',
      });
    }
  } finally {
    clearTimeout(timer);
  }
}

/**
 * The docks a watched folder is: itself when a profile (other than the one for any folder) fits it; else every folder on
 * its first level that one fits, and itself for what is left over.
 */
export async function docksOfFolder(root: string, settings: ScanSettings): Promise<readonly DockPlace[]> {
  const whole = await scanDock({ kind: 'folder', root }, settings);
  if (whole.profile !== null && whole.profile.profile.priority > 0) return [{ kind: 'folder', root }];
  const places: DockPlace[] = [];
  for (const name of whole.facts.folders.filter((path) => !path.includes('/')).sort()) {
    const inside = withinFolder(whole.walk, name);
    const facts: DockFacts = { ...inside, kind: 'folder', label: name, rootName: name, serial: null };
    const profile = matchProfile(facts, settings.profiles);
    if (profile !== null && profile.profile.priority > 0) places.push({ kind: 'folder', root: join(root, name) });
  }
  if (places.length === 0) return [{ kind: 'folder', root }];
  const without = places.map((place) => basename(place.root));
  const rest = await scanDock({ kind: 'folder', root, without }, settings);
  const leftOver = rest.plan !== null && rest.plan.recordings.length > 0;
  return leftOver ? [...places, { kind: 'folder', root, without }] : places;
}

function withinFolder(walk: Walk, name: string): Pick<DockFacts, 'files' | 'folders'> {
  const lead = `${name}/`;
  const inside = (path: string): boolean => path.startsWith(lead);
  return {
    files: walk.files.filter(({ path }) => inside(path)).map(({ path }) => ({ path: path.slice(lead.length) })),
    folders: walk.folders.filter(inside).map((path) => path.slice(lead.length)),
  };
}
