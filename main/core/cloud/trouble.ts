import { CancelledError, type ErrorCode, ExpectedError } from '#common/errors/index.ts';

/** What is wrong with the store or the way to it: the same for every original, so it is told once and no original is blamed. */
const storeTroubles: readonly (ErrorCode | null)[] = [
  'store-unreachable',
  'store-refused',
  'store-busy',
  'destination-full',
  'worker-crashed',
];

export function isStoreTrouble(error: unknown): boolean {
  return error instanceof ExpectedError && storeTroubles.includes(error.code);
}

export function isCancelled(error: unknown): boolean {
  return error instanceof CancelledError || (error instanceof Error && error.name === 'AbortError');
}
