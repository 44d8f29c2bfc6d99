import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DeviceProfile, deviceProfileSchema, type FilePattern, type SidecarRule } from '#common/device/index.ts';
import { ExpectedError } from '#common/errors/index.ts';

export type CompiledPattern = {
  readonly expression: RegExp;
  readonly on: FilePattern['on'];
  readonly precision: FilePattern['precision'];
  readonly zone: FilePattern['zone'];
};

type CompiledRule = {
  readonly dock: 'volume' | 'folder' | null;
  readonly volumeLabel: RegExp | null;
  readonly rootFolder: RegExp | null;
  readonly marker: string | null;
  readonly anyFile: boolean;
};

/** A profile with its expressions compiled. */
export type CompiledProfile = {
  readonly profile: DeviceProfile;
  readonly rules: readonly CompiledRule[];
  readonly mediaRoots: readonly RegExp[];
  readonly extensions: ReadonlySet<string>;
  readonly patterns: readonly CompiledPattern[];
  readonly ignore: readonly RegExp[];
  readonly protectedPath: RegExp | null;
  readonly damagePaths: readonly { readonly expression: RegExp; readonly reason: string }[];
  readonly warnings: readonly { readonly expression: RegExp; readonly reason: string }[];
  readonly zeroByte: string | null;
  /** The expression that finds a sidecar of the media files with this stem. */
  readonly sidecarExpression: (rule: SidecarRule, stem: string) => RegExp;
};

const compile = (text: string): RegExp => new RegExp(text, 'iu');
const compileOptional = (text: string | null | undefined): RegExp | null =>
  text === null || text === undefined ? null : compile(text);

function escapeForExpression(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

/** Compiles one profile. */
export function compileProfile(profile: DeviceProfile): CompiledProfile {
  const { damage } = profile;
  return {
    profile,
    rules: profile.match.map((rule) => ({
      dock: rule.dock ?? null,
      volumeLabel: compileOptional(rule.volumeLabel),
      rootFolder: compileOptional(rule.rootFolder),
      marker: rule.marker?.toLowerCase() ?? null,
      anyFile: rule.anyFile ?? false,
    })),
    mediaRoots: profile.mediaRoots.map(compile),
    extensions: new Set(profile.extensions),
    patterns: profile.files.map(({ expression, on, precision, zone }) => ({
      expression: compile(expression),
      on,
      precision,
      zone,
    })),
    ignore: profile.ignore.map(compile),
    protectedPath: compileOptional(profile.protected.path),
    damagePaths: damage.flatMap((sign) =>
      sign.sign === 'path' ? [{ expression: compile(sign.expression), reason: sign.reason }] : [],
    ),
    warnings: damage.flatMap((sign) =>
      sign.sign === 'present' ? [{ expression: compile(sign.expression), reason: sign.reason }] : [],
    ),
    zeroByte: damage.find((sign) => sign.sign === 'zero-byte')?.reason ?? null,
    sidecarExpression: (rule, stem) => compile(rule.expression.replaceAll('{stem}', () => escapeForExpression(stem))),
  };
}

/**
 * Reads and checks every profile in `<assetsDir>/profiles`, sorted by priority, highest first.
 * Throws ExpectedError `invalid-request` naming the file and the member that is wrong: a station with half its profiles
 * would quietly fail to see cameras.
 */
export async function loadProfiles(assetsDir: string): Promise<readonly CompiledProfile[]> {
  const folder = join(assetsDir, 'profiles');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  const profiles: CompiledProfile[] = [];
  for (const name of names)
    profiles.push(compileProfile(parseProfile(await readFile(join(folder, name), 'utf8'), name)));
  const ids = new Set<string>();
  for (const { profile } of profiles) {
    if (ids.has(profile.id)) throw refuse(profile.id, `two profiles have the id "${profile.id}"`);
    ids.add(profile.id);
  }
  return profiles.sort((a, b) => b.profile.priority - a.profile.priority || (a.profile.id < b.profile.id ? -1 : 1));
}

/** Parses the text of one profile file. Throws ExpectedError `invalid-request` naming file and member. */
function parseProfile(text: string, fileName: string): DeviceProfile {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw refuse(fileName, `it is not JSON (${error instanceof Error ? error.message : String(error)})`, error);
  }
  const parsed = deviceProfileSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'the whole'}: ${message}`);
  throw refuse(fileName, problems.join('; '), parsed.error);
}

function refuse(fileName: string, what: string, cause?: unknown): ExpectedError {
  return new ExpectedError('invalid-request', `The camera profile ${fileName} cannot be used: ${what}.`, {
    subject: fileName,
    nextStep: 'Correct the profile; the README beside the profiles explains each member.',
    cause,
  });
}
