import type { GuardCheck } from '#common/evidence/index.ts';
import { strangeContent } from './guard-fields.ts';
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

const names = new Set(['', 'VideoHandler', 'SoundHandler']);
/** The longest a box with a name may be. */
const longestHandler = 64;

/** Boxes outside the allow-list or with strange content, edit lists, times of making and names; `message`: what was found between the pictures. */
export async function checkBoxes(
  source: ByteSource,
  boxes: readonly Mp4Box[],
  message: Message | null,
): Promise<readonly GuardCheck[]> {
  const strangers: string[] = [...repeated(boxes)];
  const tags: string[] = message === null ? [] : [message.words];
  for (const box of everyBox(boxes)) {
    const strange = allowed.has(box.path) ? await strangeContent(source, box) : box.path;
    if (strange !== null) strangers.push(strange);
    else tags.push(...(await tagsOf(source, box)));
  }
  return [
    result('boxes', strangers, 'only the boxes a release needs, and nothing in them but what they need; no edit list'),
    result(
      'tags',
      tags,
      'no time of making, no language, no name, no message between the pictures',
      message?.frame ?? null,
    ),
  ];
}

/** Boxes that stand beside another of their kind: which one counts would be up to the player. */
function repeated(boxes: readonly Mp4Box[]): readonly string[] {
  const paths = boxes.map((box) => box.path);
  const twice = paths.filter((path, i) => paths.indexOf(path) !== i && path !== 'moov/trak');
  return [...twice.map((path) => `a second ${path}`), ...boxes.flatMap((box) => repeated(box.children))];
}

async function tagsOf(source: ByteSource, box: Mp4Box): Promise<readonly string[]> {
  if (box.type === 'hdlr') {
    if (box.size > longestHandler) return [`${box.path} of ${box.size} bytes`];
    const view = await bodyOf(source, box);
    const name = new TextDecoder()
      .decode(new Uint8Array(view.buffer, view.byteOffset + 24, view.byteLength - 24))
      .replace(/\0$/, '');
    return names.has(name) ? [] : [`${box.path} carries the name "${name}"`];
  }
  if (!['mvhd', 'tkhd', 'mdhd'].includes(box.type)) return [];
  const tags: string[] = [];
  const view = await bodyOf(source, box);
  const wide = view.getUint8(0) === 1;
  if (wide ? view.getBigUint64(4) + view.getBigUint64(12) !== 0n : view.getUint32(4) + view.getUint32(8) !== 0) {
    tags.push(`${box.path} tells when the file was made`);
  }
  if (box.type === 'mdhd' && ![undetermined, 0].includes(view.getUint16(wide ? 32 : 20)))
    tags.push(`${box.path} names a language`);
  return tags;
}
/** The language "und". */
const undetermined = 0x55c4;

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

/** Something between the pictures or the sound that is neither; `frame` when it is between pictures. */
export type Message = { readonly frame: number | null; readonly words: string };

/** Kinds of H.264 units that are picture. Settings stand in the index; anything else (SEI above all) may carry words. */
const pictureUnits = new Set([1, 5]);

/** The first sample that holds anything but one picture; null when there is none. */
export async function foreignInPicture(source: ByteSource, video: Mp4Track): Promise<Message | null> {
  const lengthBytes = ((video.setup[4] ?? 3) & 3) + 1;
  for (const [frame, sample] of video.samples.entries()) {
    const words = foreignUnits(await source.read(sample.offset, sample.size), lengthBytes);
    if (words !== null) return { frame, words: `frame ${frame} ${words}` };
  }
  return null;
}

function foreignUnits(sample: Uint8Array, lengthBytes: number): string | null {
  let position = 0;
  let pictures = 0;
  while (position < sample.length) {
    let length = 0;
    for (let i = 0; i < lengthBytes; i++) length = length * 256 + (sample[position + i] ?? 0);
    const unit = sample.subarray(position + lengthBytes, position + lengthBytes + length);
    position += lengthBytes + length;
    if (length < 2 || position > sample.length) return 'is not made of whole units';
    const kind = (unit[0] ?? 0) & 31;
    if (!pictureUnits.has(kind)) return `carries a unit of kind ${kind}`;
    // The first slice of a picture begins at its first block, which is written as a single bit.
    if (((unit[1] ?? 0) & 0x80) !== 0) pictures++;
  }
  return pictures === 1 ? null : `holds ${pictures} pictures`;
}

/** The first sample of sound that does not begin with sound (AAC elements 0 and 1): the others can hold text. */
export async function foreignInSound(source: ByteSource, audio: Mp4Track): Promise<Message | null> {
  for (const [index, sample] of audio.samples.entries()) {
    const kind = ((await source.read(sample.offset, 1))[0] ?? 0xff) >> 5;
    if (kind > 1) return { frame: null, words: `packet ${index} of the sound begins with an element of kind ${kind}` };
  }
  return null;
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
