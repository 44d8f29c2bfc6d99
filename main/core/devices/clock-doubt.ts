import type { NamedStart } from './file-name.ts';

const day = 86_400_000;
const year = 365.25 * day;
/** FAT counts from 1980 and shows that (or 1970) when the camera never set a date. */
const firstPlausibleFileDate = Date.UTC(1990, 0, 1);
/** No body camera with these layouts was sold before. */
const firstPlausibleStart = Date.UTC(2015, 0, 1);

const yearOf = (at: number): number => new Date(at).getUTCFullYear();
const untrusted = 'Times of this camera cannot be trusted until its clock is set.';

/**
 * Why a camera's clock cannot be right, in a sentence, or null. `at` is what the camera says, `modifiedMs` the date of the
 * file (null when that is not the camera's), `now` the station's time; all in milliseconds UTC.
 */
export function clockDoubt(at: number, modifiedMs: number | null, now: number): string | null {
  const fileDate = modifiedMs === null || modifiedMs < firstPlausibleFileDate ? null : modifiedMs;
  const apart = fileDate === null ? 0 : Math.abs(at - fileDate);
  if (fileDate !== null && apart > year && yearOf(at) !== yearOf(fileDate)) {
    return `The camera's clock says ${yearOf(at)}, the file's date says ${yearOf(fileDate)}. ${untrusted}`;
  }
  if (at < firstPlausibleStart) return `The camera's clock says ${yearOf(at)}, which cannot be. ${untrusted}`;
  if (at > now + 2 * day) {
    const ahead = Math.floor((at - now) / day);
    return `The camera's clock is ahead by ${ahead >= 730 ? `${Math.floor(ahead / 365)} years` : `${ahead} days`}. ${untrusted}`;
  }
  return null;
}

/** For a name whose date cannot be. */
export const impossibleDate =
  "The date in the file's name is in no calendar, so the date of the file itself is shown. Times of this camera cannot be trusted until its clock is set.";

/** What the nights on which clocks change do to a time without a zone, in a sentence, or null. */
export function zoneDoubt(fit: NamedStart['fit']): string | null {
  if (fit === 'twice') {
    return 'This time of day came twice that night, because clocks went back. The first of the two is assumed.';
  }
  if (fit === 'skipped') {
    return "This time of day did not exist that night, because clocks went forward. The camera's clock was not set forward yet.";
  }
  return null;
}
