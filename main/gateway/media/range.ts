/** A part of something of a known size, in bytes; both ends included. */
export type ByteRange = { readonly first: number; readonly last: number };

const oneRange = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i;

/**
 * What a `Range` header asks of `size` bytes (RFC 9110, section 14). `whole`: there is none, or one that is to be ignored:
 * another unit, a malformed one, or several ranges, which a server may always answer with the whole. `unsatisfiable`: 416.
 */
export function parseRange(header: string | null, size: number): ByteRange | 'whole' | 'unsatisfiable' {
  const match = header === null ? null : oneRange.exec(header);
  if (match === null) return 'whole';
  const [, from = '', to = ''] = match;
  if (from === '') {
    if (to === '') return 'whole';
    const length = Number(to);
    if (length === 0) return 'unsatisfiable';
    // Nothing has no last bytes that a Content-Range could name.
    return size === 0 ? 'whole' : { first: Math.max(0, size - length), last: size - 1 };
  }
  const first = Number(from);
  if (to !== '' && Number(to) < first) return 'whole';
  if (first >= size) return 'unsatisfiable';
  return { first, last: to === '' ? size - 1 : Math.min(Number(to), size - 1) };
}

/** True when an `If-None-Match` header names this entity tag (weak comparison). */
export function namesTag(header: string | null, tag: string): boolean {
  if (header === null) return false;
  if (header.trim() === '*') return true;
  return header.split(',').some((candidate) => candidate.trim().replace(/^W\//, '') === tag);
}

/** True when the `If-Range` condition holds, or there is none: only then does the range count. Dates never hold, we send none. */
export function rangeStillHolds(header: string | null, tag: string): boolean {
  return header === null || header.trim() === tag;
}

/** `Content-Disposition` for a download (RFC 6266), with a plain name for programs that know nothing newer. */
export function attachment(fileName: string): string {
  const plain = fileName.replace(/[^\w .()-]/g, '_');
  const encoded = encodeURIComponent(fileName).replace(
    /['()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
