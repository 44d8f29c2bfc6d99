import { extensionOf, readName } from './file-name.ts';
import type { CompiledProfile } from './profiles.ts';
import { isVideoName } from './video-names.ts';

/** What is known of a place before anything on it is opened. Paths are below the root, with `/`. */
export type DockFacts = {
  readonly kind: 'volume' | 'folder';
  /** A drive's name; a folder's own name. */
  readonly label: string | null;
  /** The folder's own name when the dock is a folder. */
  readonly rootName: string | null;
  readonly serial: string | null;
  readonly files: readonly { readonly path: string }[];
  readonly folders: readonly string[];
};

/** The profile that fits, the one with the highest priority when several do; null when none does. */
export function matchProfile(facts: DockFacts, profiles: readonly CompiledProfile[]): CompiledProfile | null {
  const seen = {
    firstLevel: [
      ...facts.folders.filter((path) => !path.includes('/')),
      ...(facts.rootName === null ? [] : [facts.rootName]),
    ],
    paths: new Set([...facts.folders, ...facts.files.map(({ path }) => path)].map((path) => path.toLowerCase())),
  };
  const fits = profiles.filter((candidate) =>
    candidate.rules.some(
      (rule) =>
        (rule.dock === null || rule.dock === facts.kind) &&
        (rule.volumeLabel === null || (facts.label !== null && rule.volumeLabel.test(facts.label))) &&
        holds(rule.rootFolder, (expression) => seen.firstLevel.some((name) => expression.test(name))) &&
        (rule.marker === null || seen.paths.has(rule.marker)) &&
        (!rule.anyFile || facts.files.some(({ path }) => isNamedMedia(candidate, path, facts.rootName))),
    ),
  );
  return fits.reduce<CompiledProfile | null>(
    (best, next) => (best === null || next.profile.priority > best.profile.priority ? next : best),
    null,
  );
}

function holds(expression: RegExp | null, test: (expression: RegExp) => boolean): boolean {
  return expression === null || test(expression);
}

/**
 * True for what is offloaded: every video, also of a kind this camera is not known to write, that is not one of its own
 * previews.
 */
export function isMedia(profile: CompiledProfile, path: string): boolean {
  return (isOwnKind(profile, path) || isVideoName(path)) && !profile.ignore.some((expression) => expression.test(path));
}

function isOwnKind(profile: CompiledProfile, path: string): boolean {
  return profile.extensions.has(extensionOf(path));
}

function isNamedMedia(profile: CompiledProfile, path: string, rootName: string | null): boolean {
  if (!isOwnKind(profile, path) || !isMedia(profile, path)) return false;
  const slash = path.lastIndexOf('/');
  const folder = slash < 0 ? '' : path.slice(0, slash);
  if (!profile.mediaRoots.some((expression) => expression.test(folder))) return false;
  return readName(profile, { path, rootName }, 'UTC') !== null;
}
