import type { GuardCheck } from '#common/evidence/index.ts';
import { type ByteSource, bodyOf, everyBox, type Mp4Box } from './mp4-boxes.ts';
import type { Mp4Track } from './mp4-track.ts';

/** Every box a release may contain, by its whole path: nothing else, and nothing that could carry words, places or pictures. */
const allowed = new Set([
  'ftyp',
  'free',
  'mdat',
  'moov',
  'moov/mvhd',
  'moov/trak',
  'moov/trak/tkhd',
  'moov/trak/mdia',
  'moov/trak/mdia/mdhd',
  'moov/trak/mdia/hdlr',
  ...minf('vmhd'),
  ...minf('smhd'),
  ...table('stsd/avc1', ['avcC', 'colr', 'pasp', 'btrt']),
  ...table('stsd/mp4a', ['esds', 'btrt']),
  ...['stsd', 'stts', 'stss', 'stsz', 'stsc', 'stco', 'co64', 'sgpd', 'sbgp'].map(
    (box) => `moov/trak/mdia/minf/stbl/${box}`,
  ),
]);

function minf(header: string): readonly string[] {
  const base = 'moov/trak/mdia/minf';
  return [base, `${base}/${header}`, `${base}/dinf`, `${base}/dinf/dref`, `${base}/dinf/dref/url `, `${base}/stbl`];
}

function table(entry: string, boxes: readonly string[]): readonly string[] {
  const base = `moov/trak/mdia/minf/stbl/${entry}`;
  return [base, ...boxes.map((box) => `${base}/${box}`)];
}

/** Largest content of small boxes that could otherwise hide something, in bytes. */
const largest: Readonly<Record<string, number>> = {
  ftyp: 64,
  free: 16,
  colr: 24,
  pasp: 16,
  btrt: 20,
  esds: 80,
  avcC: 512,
  hdlr: 64,
  'url ': 12,
  sgpd: 64,
};

const names = new Set(['', 'VideoHandler', 'SoundHandler']);

/** Boxes outside the allow-list, edit lists, times of making and names; `message` is what was found between the pictures. */
export async function checkBoxes(
  source: ByteSource,
  boxes: readonly Mp4Box[],
  message: { readonly frame: number; readonly words: string } | null,
): Promise<readonly GuardCheck[]> {
  const strangers: string[] = [];
  const tags: string[] = message === null ? [] : [message.words];
  for (const box of everyBox(boxes)) {
    const most = largest[box.type];
    if (!allowed.has(box.path)) strangers.push(box.path);
    else if (most !== undefined && box.size > most) strangers.push(`${box.path} of ${box.size} bytes`);
    else if (box.type === 'free') {
      if ((await source.read(box.body, box.size - 8)).some((byte) => byte !== 0))
        strangers.push('free space that is not empty');
    } else if (['mvhd', 'tkhd', 'mdhd'].includes(box.type)) {
      const view = await bodyOf(source, box);
      const wide = view.getUint8(0) === 1;
      if (wide ? view.getBigUint64(4) + view.getBigUint64(12) !== 0n : view.getUint32(4) + view.getUint32(8) !== 0) {
        tags.push(`${box.path} tells when the file was made`);
      }
      if (box.type === 'mdhd' && ![0x55c4, 0].includes(view.getUint16(wide ? 32 : 20)))
        tags.push(`${box.path} names a language`);
    } else if (box.type === 'hdlr') {
      const view = await bodyOf(source, box);
      const name = new TextDecoder()
        .decode(new Uint8Array(view.buffer, view.byteOffset + 24, view.byteLength - 24))
        .replace(/\0+$/, '');
      if (!names.has(name)) tags.push(`${box.path} carries the name "${name}"`);
    }
  }
  return [
    result('boxes', strangers, 'only the boxes a release needs; no edit list, no user data'),
    result(
      'tags',
      tags,
      'no time of making, no language, no name, no message between the pictures',
      message?.frame ?? null,
    ),
  ];
}

/** One H.264 video track, at most one AAC audio track, and every byte of media belongs to exactly one sample of them. */
export function checkStreams(boxes: readonly Mp4Box[], tracks: readonly Mp4Track[], audioPlanned: boolean): GuardCheck {
  const wrong: string[] = [];
  const videos = tracks.filter((track) => track.kind === 'video');
  const sounds = tracks.filter((track) => track.kind === 'audio');
  if (videos.length !== 1 || videos[0]?.codec !== 'avc1')
    wrong.push(`${videos.length} video tracks instead of one in H.264`);
  if (sounds.length !== (audioPlanned ? 1 : 0) || sounds.some((track) => track.codec !== 'mp4a')) {
    wrong.push(`${sounds.length} sound tracks instead of ${audioPlanned ? 'one in AAC' : 'none'}`);
  }
  if (tracks.length !== videos.length + sounds.length) wrong.push('a track that is neither picture nor sound');
  const unexplained = unexplainedBytes(boxes, tracks);
  if (unexplained !== null) wrong.push(unexplained);
  return result(
    'streams',
    wrong,
    `${tracks.length === 2 ? 'one picture and one sound track' : 'one picture track'}; every media byte is in use`,
  );
}

function unexplainedBytes(boxes: readonly Mp4Box[], tracks: readonly Mp4Track[]): string | null {
  const samples = tracks.flatMap((track) => track.samples).sort((a, b) => a.offset - b.offset);
  let next = 0;
  for (const mdat of boxes.filter((box) => box.type === 'mdat')) {
    let position = mdat.body;
    for (; next < samples.length; next++) {
      const sample = samples[next];
      if (sample === undefined || sample.offset >= mdat.start + mdat.size) break;
      if (sample.offset !== position)
        return `${Math.abs(sample.offset - position)} bytes at ${position} belong to no sample`;
      position += sample.size;
    }
    if (position !== mdat.start + mdat.size)
      return `${mdat.start + mdat.size - position} bytes at ${position} belong to no sample`;
  }
  return next === samples.length ? null : `${samples.length - next} samples lie outside the media data`;
}

/** Kinds of H.264 units that carry picture or what is needed to decode it. Anything else (SEI above all) may carry words. */
const pictureUnits = new Set([1, 5, 7, 8, 9]);

/** The kinds of units in one sample that do not belong there; also `-1` when the sample's own lengths do not add up. */
export function foreignUnits(sample: Uint8Array, lengthBytes: number): readonly number[] {
  const foreign: number[] = [];
  let position = 0;
  while (position < sample.length) {
    let length = 0;
    for (let i = 0; i < lengthBytes; i++) length = length * 256 + (sample[position + i] ?? 0);
    const kind = (sample[position + lengthBytes] ?? 0) & 31;
    position += lengthBytes + length;
    if (length === 0 || position > sample.length) return [-1];
    if (!pictureUnits.has(kind)) foreign.push(kind);
  }
  return foreign;
}

/** A check from what was found wrong: passed when nothing was. */
export function result(
  name: GuardCheck['name'],
  wrong: readonly string[],
  good: string,
  frame: number | null = null,
): GuardCheck {
  const shown = wrong.slice(0, 5).join('; ');
  const rest = wrong.length > 5 ? `; and ${wrong.length - 5} more` : '';
  return { name, passed: wrong.length === 0, detail: wrong.length === 0 ? good : shown + rest, frame };
}
