import { type ByteSource, bodyOf, type Mp4Box } from './mp4-boxes.ts';

/*
 * What may stand in the boxes of a release, byte by byte. Reserved fields, names of compressors, room behind a table: each
 * could hold words, places or serial numbers that no player shows and everybody can read.
 */

/** Hex digits that must stand there; a dot is any digit. */
const zero = (bytes: number): string => '00'.repeat(bytes);
const any = (bytes: number): string => '..'.repeat(bytes);
const one = '00010000';
const upright = `${one}${zero(12)}${one}${zero(12)}40000000`;
/** Counts and numbers of tracks: never more than a byte here. */
const small = '000000..';

/**
 * The content of boxes of a fixed shape, without their children; several when there are several shapes. Times of making,
 * languages and names are left free here, and judged in words of their own elsewhere.
 */
const shapes: Readonly<Record<string, readonly string[]>> = {
  mvhd: [
    `00${zero(3)}${any(16)}${one}0100${zero(10)}${upright}${zero(24)}${small}`,
    `01${zero(3)}${any(28)}${one}0100${zero(10)}${upright}${zero(24)}${small}`,
  ],
  tkhd: [
    `00${zero(2)}0.${any(8)}${small}${zero(4)}${any(4)}${zero(8)}000000..0.00${zero(2)}${upright}${any(8)}`,
    `01${zero(2)}0.${any(16)}${small}${zero(4)}${any(8)}${zero(8)}000000..0.00${zero(2)}${upright}${any(8)}`,
  ],
  mdhd: [`00${zero(3)}${any(16)}${any(2)}0000`, `01${zero(3)}${any(28)}${any(2)}0000`],
  hdlr: ['vide', 'soun'].map((kind) => `${zero(8)}${hexOf(kind)}${zero(12)}`),
  vmhd: [`00000001${zero(8)}`],
  smhd: [zero(8)],
  dref: ['0000000000000001'],
  'url ': ['00000001'],
  stsd: ['0000000000000001'],
  avc1: [`${zero(6)}0001${zero(16)}${any(4)}0048000000480000${zero(4)}0001${zero(32)}0018ffff`],
  mp4a: [`${zero(6)}0001${zero(8)}000.0010${zero(4)}${any(4)}`],
  pasp: [any(8)],
  colr: [`${hexOf('nclx')}00..00..00..00`, `${hexOf('nclx')}00..00..00..80`],
  btrt: [any(12)],
  sgpd: [`01000000${hexOf('roll')}0000000200000001ffff`],
  sbgp: [`00000000${hexOf('roll')}00000001${any(4)}00000001`],
};

/** Bytes of fields before the children, or before a text. */
const fieldsBefore: Readonly<Record<string, number>> = { dref: 8, stsd: 8, avc1: 78, mp4a: 28, hdlr: 24 };
/** Tables: bytes before the rows, where the count of rows stands, and bytes a row. */
const tables: Readonly<Record<string, { readonly head: number; readonly row: number }>> = {
  stts: { head: 8, row: 8 },
  stss: { head: 8, row: 4 },
  stsc: { head: 8, row: 12 },
  stco: { head: 8, row: 4 },
  co64: { head: 8, row: 8 },
};
const brands = new Set(['isom', 'iso2', 'avc1', 'mp41', 'mp42']);

/** What stands in a box that does not belong there, in words; null when every byte is accounted for. */
export async function strangeContent(source: ByteSource, box: Mp4Box): Promise<string | null> {
  const fixed = shapes[box.type];
  if (fixed !== undefined) {
    const length = fieldsBefore[box.type];
    const body = hex(await head(source, box, length ?? 256));
    if (!fixed.some((shape) => fits(shape, body))) return `${box.path} holds something in a place that must be empty`;
    return null;
  }
  const table = tables[box.type];
  if (table !== undefined || box.type === 'stsz') return strangeTable(await bodyOf(source, box), box, table);
  if (box.type === 'ftyp') return strangeBrands(await head(source, box, 256), box);
  if (box.type === 'avcC') return strangePictureSetup(await head(source, box, 256), box);
  if (box.type === 'esds') return strangeSoundSetup(await head(source, box, 256), box);
  if (box.type === 'free' && box.size > 8) return 'free space that is not empty';
  return null;
}

async function head(source: ByteSource, box: Mp4Box, most: number): Promise<Uint8Array> {
  return source.read(box.body, Math.min(most, box.start + box.size - box.body));
}

function strangeTable(view: DataView, box: Mp4Box, rows: { head: number; row: number } | undefined): string | null {
  const sizes = rows === undefined;
  const { head: before, row } = rows ?? { head: 12, row: view.getUint32(4) === 0 ? 4 : 0 };
  const count = view.getUint32(sizes ? 8 : 4);
  if (view.getUint32(0) !== 0 || view.byteLength !== before + count * row) {
    return `${box.path} is not as long as its rows`;
  }
  return null;
}

function strangeBrands(bytes: Uint8Array, box: Mp4Box): string | null {
  const text = Buffer.from(bytes).toString('latin1');
  const all = [text.slice(0, 4), ...(text.slice(8).match(/.{4}/gs) ?? [])];
  const known = all.every((brand) => brands.has(brand)) && bytes.length % 4 === 0;
  const version = hex(bytes.subarray(4, 8));
  return known && (version === '00000200' || version === '00000000') ? null : `${box.path} names an unknown brand`;
}

/** One set of each kind, the profile they name, and for the high profiles what they say of themselves: nothing behind that. */
function strangePictureSetup(bytes: Uint8Array, box: Mp4Box): string | null {
  const body = hex(bytes);
  const sps = body.slice(16, 16 + 2 * Number.parseInt(body.slice(12, 16), 16));
  const rest = body.slice(16 + sps.length);
  const pps = rest.slice(6, 6 + 2 * Number.parseInt(rest.slice(2, 6), 16));
  const good =
    fits('01......ffe1', body.slice(0, 12)) &&
    fits('.7', sps.slice(0, 2)) &&
    sps.slice(2, 8) === body.slice(2, 8) &&
    sps.length <= 2 * longestSet &&
    rest.startsWith('01') &&
    fits('.8', pps.slice(0, 2)) &&
    pps.length <= 2 * longestSet &&
    /^(fdf8f800)?$/.test(rest.slice(6 + pps.length));
  return good ? null : `${box.path} holds more than the picture’s settings`;
}
/** Bytes of a parameter set at most; ours have 20 to 40. */
const longestSet = 64;

/** The descriptors of one AAC track, nested as they must be, with the two or five bytes of its configuration. */
const soundSetup =
  /^00000000(?:0380808025|0380808022)....00(?:0480808017|0480808014)4015.{6}.{8}.{8}(?:0580808005....56e500|0580808002....)068080800102$/;

function strangeSoundSetup(bytes: Uint8Array, box: Mp4Box): string | null {
  return soundSetup.test(hex(bytes)) ? null : `${box.path} holds more than the sound’s settings`;
}

function fits(shape: string, digits: string): boolean {
  return shape.length === digits.length && Array.from(shape).every((digit, i) => digit === '.' || digit === digits[i]);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function hexOf(text: string): string {
  return Buffer.from(text, 'latin1').toString('hex');
}
