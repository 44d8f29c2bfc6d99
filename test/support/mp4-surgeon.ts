import { openSealedReader, type SealedAccess } from '#core/vault/index.ts';
import { type Mp4Box, readBoxes } from '../../main/core/release/mp4-boxes.ts';
import { readTrack } from '../../main/core/release/mp4-track.ts';

/** A box with its own content in bytes: `fields` before `children`. */
export type Part = { type: string; fields: Buffer; children: Part[] };

/** An MP4 file taken apart: everything in it may be changed before it is put together again. */
export type Patient = {
  /** All boxes but `mdat`, in order. */
  readonly boxes: Part[];
  /** The samples of each track, in the order of the tracks. */
  readonly samples: Buffer[][];
  /** Bytes between the samples of picture and sound, and after the last. */
  between: Buffer;
  after: Buffer;
};

const header = 8;

/** Takes a render apart. */
export async function takeApart(access: SealedAccess): Promise<Patient> {
  const reader = await openSealedReader(access);
  try {
    const boxes = await readBoxes(reader);
    const whole = Buffer.from(await reader.read(0, reader.size));
    const partOf = (box: Mp4Box): Part => ({
      type: box.type,
      fields: Buffer.from(whole.subarray(box.body, box.children[0]?.start ?? box.start + box.size)),
      children: box.children.map(partOf),
    });
    const traks = boxes.find((box) => box.type === 'moov')?.children.filter((box) => box.type === 'trak') ?? [];
    const samples: Buffer[][] = [];
    for (const trak of traks) {
      const track = await readTrack(reader, trak);
      samples.push(track.samples.map(({ offset, size }) => Buffer.from(whole.subarray(offset, offset + size))));
    }
    const parts = boxes.filter((box) => box.type !== 'mdat').map(partOf);
    return { boxes: parts, samples, between: Buffer.alloc(0), after: Buffer.alloc(0) };
  } finally {
    await reader.close();
  }
}

/** The part at a path such as `moov/trak/mdia/hdlr`; of several tracks the one numbered `track`. */
export function partAt(patient: Patient, path: string, track = 0): Part {
  let level = patient.boxes;
  let found: Part | undefined;
  for (const type of path.split('/')) {
    const matching = level.filter((part) => part.type === type);
    found = matching[type === 'trak' ? track : 0];
    if (found === undefined) throw new Error(`There is no ${path}.`);
    level = found.children;
  }
  if (found === undefined) throw new Error('A path names a box.');
  return found;
}

/** Bytes that carry what no release may carry. */
export const secret = Buffer.from('Jane Doe, 12 Elm Street, +38.9072-077.0369/');

export function box(type: string, content: Uint8Array = secret): Part {
  return { type, fields: Buffer.from(content), children: [] };
}

/** Puts the file together: settings first, then all pictures, then all sound, then the index with tables to fit. */
export function putTogether(patient: Patient): Buffer {
  const before = patient.boxes.filter((part) => part.type !== 'moov');
  const front = Buffer.concat(before.map(bytesOf));
  let position = front.length + header;
  const media: Buffer[] = [];
  for (const [track, samples] of patient.samples.entries()) {
    if (track > 0) {
      media.push(patient.between);
      position += patient.between.length;
    }
    const offsets = samples.map((sample) => {
      media.push(sample);
      position += sample.length;
      return position - sample.length;
    });
    const tables = partAt(patient, 'moov/trak/mdia/minf/stbl', track);
    for (const part of tables.children) {
      const rest = part.fields.subarray(part.type === 'stsz' ? 12 + 4 * samples.length : 8 + 4 * samples.length);
      // What a surgeon put behind a table stays behind it.
      if (part.type === 'stsz')
        part.fields = Buffer.concat([numbers(0, 0, samples.length, ...samples.map((one) => one.length)), rest]);
      if (part.type === 'stco') part.fields = numbers(0, samples.length, ...offsets);
      if (part.type === 'stsc') part.fields = numbers(0, 1, 1, 1, 1);
    }
  }
  media.push(patient.after);
  const moovs = patient.boxes.filter((part) => part.type === 'moov').map(bytesOf);
  return Buffer.concat([front, bytesOf({ type: 'mdat', fields: Buffer.concat(media), children: [] }), ...moovs]);
}

export function bytesOf(part: Part): Buffer {
  const content = Buffer.concat([part.fields, ...part.children.map(bytesOf)]);
  return Buffer.concat([numbers(content.length + header), Buffer.from(part.type, 'latin1'), content]);
}

/** Big-endian 32-bit numbers. */
export function numbers(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [i, value] of values.entries()) bytes.writeUInt32BE(value >>> 0, i * 4);
  return bytes;
}
