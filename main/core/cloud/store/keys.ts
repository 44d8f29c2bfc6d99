const part = /^[A-Za-z0-9._-]+$/;
/** What every store takes; S3 allows 1,024 bytes, and a prefix of the department comes before. */
const longest = 700;

/** Throws a bug for a key that breaks the port's rule: keys are made by us alone, so outside data cannot lead here. */
export function checkKey(key: string): void {
  const good =
    key.length <= longest && key.split('/').every((name) => part.test(name) && name !== '.' && name !== '..');
  if (!good) throw new Error(`"${key}" is not a key of the store.`);
}

/** The same for the beginning of keys: empty, or cut off anywhere. */
export function checkKeyPrefix(prefix: string): void {
  if (prefix === '') return;
  const whole = prefix.endsWith('/') ? prefix.slice(0, -1) : prefix;
  checkKey(whole);
}

const smallestPart = 5 * 1024 * 1024;
const mostParts = 10_000;
/** What a listing gives at once, as S3 does. */
export const longestPage = 1000;

export function checkPartSize(partSize: number): void {
  if (!Number.isSafeInteger(partSize) || partSize < smallestPart) {
    throw new Error(`Parts of ${partSize} bytes: a store takes none below ${smallestPart}.`);
  }
}

export function checkPartNumber(number: number): void {
  if (!Number.isInteger(number) || number < 1 || number > mostParts) throw new Error(`There is no part ${number}.`);
}

/** A range that holds at least one byte; else a bug. */
export function checkRange(range: { readonly start: number; readonly end: number }): void {
  const whole = Number.isSafeInteger(range.start) && Number.isSafeInteger(range.end);
  if (!whole || range.start < 0 || range.end <= range.start) {
    throw new Error(`Bytes ${range.start} to ${range.end} are no range.`);
  }
}
