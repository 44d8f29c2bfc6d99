import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#core/kernel/index.ts';
import type { SealedAccess } from '#core/vault/index.ts';
import { documentWith, failuresOf, judged, renderWith, type Source, sourceFrom } from '#test/support/guard-bench.ts';
import { type MediaFolder, makers, mediaFolder } from '#test/support/media-files.ts';
import {
  box,
  bytesOf,
  numbers,
  type Patient,
  partAt,
  putTogether,
  secret,
  takeApart,
} from '#test/support/mp4-surgeon.ts';
import { sealForTest, unseal } from '#test/support/sealed-file.ts';

let folder: MediaFolder;
let source: Source;
let honest: SealedAccess;
let document: ReturnType<typeof documentWith>;

beforeAll(async () => {
  folder = mediaFolder();
  makers.constantRate(folder.file('plain.mp4'), 2);
  source = await sourceFrom(folder.file('plain.mp4'));
  document = documentWith({ kind: 'solid' }, source.table.pts.length - 1, { x: 40, y: 40 });
  honest = await renderWith(folder, source, document);
});
afterAll(() => folder.remove());

async function verdictOf(bytes: Uint8Array) {
  const path = folder.file('operated.mp4');
  writeFileSync(path, bytes);
  return judged(source, document, await sealForTest(path, newId('render')));
}

const stbl = 'moov/trak/mdia/minf/stbl';
const into =
  (path: string, type: string, content?: Uint8Array, track = 0) =>
  (patient: Patient) =>
    void partAt(patient, path, track).children.push(box(type, content));
/** Writes into the fields of a box. */
const poke =
  (path: string, at: number, bytes: Uint8Array, track = 0) =>
  (patient: Patient) => {
    partAt(patient, path, track).fields.set(bytes, at);
  };
const lengthen =
  (path: string, track = 0) =>
  (patient: Patient) => {
    const part = partAt(patient, path, track);
    part.fields = Buffer.concat([part.fields, secret]);
  };
const unit = (kind: number, content: Uint8Array): Buffer =>
  Buffer.concat([numbers(content.length + 1), Buffer.from([kind]), content]);

const name = Buffer.from('Jane');
const operations: readonly (readonly [string, (patient: Patient) => void, string])[] = [
  ['user data', into('moov', 'udta'), 'boxes'],
  ['user data of a track', into('moov/trak', 'udta'), 'boxes'],
  ['metadata', into('moov', 'meta'), 'boxes'],
  ['metadata beside the index', (patient) => void patient.boxes.push(box('meta')), 'boxes'],
  ['a box of a maker’s own', (patient) => void patient.boxes.push(box('uuid')), 'boxes'],
  ['a segment index', (patient) => void patient.boxes.push(box('sidx')), 'boxes'],
  ['free space with content', (patient) => void patient.boxes.push(box('free')), 'boxes'],
  ['free space with zeros', (patient) => void patient.boxes.push(box('free', Buffer.alloc(1))), 'boxes'],
  ['a thumbnail', into('moov', 'udta', bytesOf(box('covr'))), 'boxes'],
  ['an edit list', into('moov/trak', 'edts', bytesOf(box('elst', numbers(0, 1, 1000, 500, 0x10000)))), 'boxes'],
  ['composition times', into(stbl, 'ctts', numbers(0, 0)), 'boxes'],
  ['a second file type', (patient) => void patient.boxes.push(partAt(patient, 'ftyp')), 'boxes'],
  [
    'a second index',
    (patient) => void patient.boxes.push({ ...partAt(patient, 'moov'), children: [partAt(patient, 'moov/mvhd')] }),
    'boxes',
  ],
  ['two track headers', into('moov/trak', 'tkhd', Buffer.alloc(84)), 'boxes'],
  ['a brand that is a word', poke('ftyp', 8, name), 'boxes'],
  ['words in reserved fields of the film', poke('moov/mvhd', 26, name), 'boxes'],
  ['words in predefined fields of the film', poke('moov/mvhd', 80, name), 'boxes'],
  ['words in reserved fields of a track', poke('moov/trak/tkhd', 24, name), 'boxes'],
  ['a track turned on its side', poke('moov/trak/tkhd', 40, numbers(0, 0x10000, 0, 0xffff0000, 0)), 'boxes'],
  ['words in a handler', poke('moov/trak/mdia/hdlr', 12, name), 'boxes'],
  ['words for the compressor', poke(`${stbl}/stsd/avc1`, 43, name), 'boxes'],
  ['words in reserved fields of the sound', poke(`${stbl}/stsd/mp4a`, 8, name, 1), 'boxes'],
  ['words behind the picture’s settings', lengthen(`${stbl}/stsd/avc1/avcC`), 'boxes'],
  ['words behind the sound’s settings', lengthen(`${stbl}/stsd/mp4a/esds`, 1), 'boxes'],
  ['words in the colour’s profile', into(`${stbl}/stsd/avc1`, 'colr', Buffer.from('profJane Doe')), 'boxes'],
  ['an address of other media', poke('moov/trak/mdia/minf/dinf/dref/url ', 0, numbers(0)), 'boxes'],
  ['words behind the table of sizes', lengthen(`${stbl}/stsz`), 'boxes'],
  ['words behind the table of times', lengthen(`${stbl}/stts`), 'boxes'],
  ['words behind the table of keyframes', lengthen(`${stbl}/stss`), 'boxes'],
  ['words behind a sample group', lengthen(`${stbl}/sbgp`, 1), 'boxes'],
  ['a time of making', poke('moov/mvhd', 4, numbers(3_900_000_000)), 'tags'],
  ['a time of changing, of a track', poke('moov/trak/mdia/mdhd', 8, numbers(3_900_000_000)), 'tags'],
  ['a language', poke('moov/trak/mdia/mdhd', 20, Buffer.from([0x15, 0xc7])), 'tags'],
  ['a name of a track', poke('moov/trak/mdia/hdlr', 24, name), 'tags'],
  [
    'a message between the pictures',
    (patient) =>
      void patient.samples[0]?.splice(7, 1, Buffer.concat([unit(6, secret), patient.samples[0][7] ?? secret])),
    'tags',
  ],
  [
    'other settings between the pictures',
    (patient) =>
      void patient.samples[0]?.splice(7, 1, Buffer.concat([unit(0x67, secret), patient.samples[0][7] ?? secret])),
    'tags',
  ],
  [
    'a second picture in one sample',
    (patient) =>
      void patient.samples[0]?.splice(
        7,
        1,
        Buffer.concat([patient.samples[0][0] ?? secret, patient.samples[0][7] ?? secret]),
      ),
    'tags',
  ],
  [
    'a message in the sound',
    (patient) => void patient.samples[1]?.splice(3, 1, Buffer.concat([Buffer.from([0xcf]), secret])),
    'tags',
  ],
  ['bytes between picture and sound', (patient) => void (patient.between = secret), 'streams'],
  [
    'a hidden picture after the last sample',
    (patient) => void (patient.after = patient.samples[0]?.[0] ?? secret),
    'streams',
  ],
  ['a frame left out', (patient) => void patient.samples[0]?.pop(), 'streams'],
];

describe('the guard refuses a render that is honest but for', () => {
  it('nothing, when it was only taken apart and put together again', async () => {
    expect(failuresOf(await verdictOf(putTogether(await takeApart(honest))))).toEqual([]);
  });

  it.each(operations)('%s', async (_name, operate, blamed) => {
    const patient = await takeApart(honest);
    operate(patient);
    const verdict = await verdictOf(putTogether(patient));
    expect(verdict.passed).toBe(false);
    expect(failuresOf(verdict).map((one) => one.name)).toContain(blamed);
  });

  it('the time of one frame', async () => {
    const patient = await takeApart(honest);
    partAt(patient, `${stbl}/stts`).fields = numbers(0, 3, 20, 512, 1, 513, 27, 512);
    expect(failuresOf(await verdictOf(putTogether(patient)))).toMatchObject([{ name: 'frame-times', frame: 20 }]);
  });

  it('the times of the sound', async () => {
    const patient = await takeApart(honest);
    const count = patient.samples[1]?.length ?? 0;
    partAt(patient, `${stbl}/stts`, 1).fields = numbers(0, 2, 1, 9000, count - 1, 1024);
    expect(failuresOf(await verdictOf(putTogether(patient)))).toMatchObject([{ name: 'sound' }]);
  });

  it('a frame that is there twice in place of the next', async () => {
    const patient = await takeApart(honest);
    const pictures = patient.samples[0] ?? [];
    pictures[11] = pictures[10] ?? secret;
    const failed = failuresOf(await verdictOf(putTogether(patient)));
    expect(failed.map((one) => one.name)).toContain('picture');
  });

  it('its last bytes, or some more', async () => {
    const bytes = await unseal(honest);
    for (const changed of [
      bytes.subarray(0, -1),
      bytes.subarray(0, bytes.length >> 1),
      Buffer.concat([bytes, secret]),
    ]) {
      expect((await verdictOf(changed)).passed).toBe(false);
    }
  });
});
