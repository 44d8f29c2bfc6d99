import type { PutCondition } from './port.ts';

/** Names of a missing thing: the code of an answer with a body, and of one without. */
export const missingNames = new Set(['NoSuchKey', 'NotFound']);

/** Without quotes, so that the same content has one name whatever the request; null for none. */
export function plainEtag(etag: string | undefined): string | null {
  const plain = (etag ?? '').replace(/^W\//, '').replaceAll('"', '');
  return plain === '' ? null : plain;
}

export function headersFor(condition: PutCondition | undefined): { IfNoneMatch?: string; IfMatch?: string } {
  if (condition === undefined) return {};
  // Bare: Ceph compares the header as it stands with the name as it keeps it; the others take it with and without quotes.
  return 'ifAbsent' in condition ? { IfNoneMatch: '*' } : { IfMatch: condition.ifMatch };
}

export function timeOf(date: Date | undefined): number | null {
  return date === undefined || Number.isNaN(date.getTime()) ? null : date.getTime();
}
