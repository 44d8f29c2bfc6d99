import { ExpectedError } from '#common/errors/index.ts';
import type { SealedReader } from '#core/vault/index.ts';

export function damagedMedia(reason: string, cause?: unknown): ExpectedError {
  return new ExpectedError('damaged-media', reason, {
    nextStep: 'The original is sealed and unchanged. If the camera still has the recording, copy it again.',
    cause,
  });
}

const boxTypes = new Set([
  'ftyp',
  'moov',
  'mdat',
  'free',
  'skip',
  'wide',
  'pnot',
  'uuid',
  'styp',
  'moof',
  'sidx',
  'meta',
]);

/** Why FFmpeg could not open a file, found by looking at its first bytes and its outermost boxes. */
export function whyNotOpened(reader: SealedReader): string {
  const head = reader.readSync(0, 4096);
  if (head.every((byte) => byte === 0)) return 'The file holds nothing but zeros where its beginning should be.';
  const boxes = outerBoxes(reader);
  if (boxes !== null) {
    if (!boxes.types.includes('moov')) {
      return 'The recording was cut off before its index (the "moov" box) was written; the picture cannot be found without it.';
    }
    return boxes.cut ? 'The file was cut off in the middle.' : 'The index of the file (its "moov" box) is damaged.';
  }
  const text = new TextDecoder('utf-8', { fatal: false }).decode(head);
  const unprintable = text.match(/(?![\t\n\r])\p{Cc}/gu)?.length ?? 0;
  if (unprintable * 20 < text.length && !text.includes('\u{fffd}\u{fffd}')) {
    return 'This is not a media file: it holds text.';
  }
  return 'This is not a media file, or its beginning is damaged.';
}

/** The outermost boxes of an MP4 or MOV file, or null when it is not one. */
function outerBoxes(reader: SealedReader): { readonly types: readonly string[]; readonly cut: boolean } | null {
  const types: string[] = [];
  let position = 0;
  while (position + 8 <= reader.size && types.length < 1000) {
    const bytes = reader.readSync(position, 16);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const type = String.fromCharCode(...bytes.subarray(4, 8));
    if (!boxTypes.has(type)) return types.length === 0 ? null : { types, cut: true };
    types.push(type);
    const small = view.getUint32(0);
    const size = small === 1 && bytes.length === 16 ? Number(view.getBigUint64(8)) : small;
    if (size === 0) return { types, cut: false };
    if (size < 8) return { types, cut: true };
    position += size;
  }
  return types.length === 0 ? null : { types, cut: position > reader.size };
}
