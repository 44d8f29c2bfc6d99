import { type ByteSource, bodyOf, childAt, type Mp4Box } from './mp4-boxes.ts';

/** One sample as the file's own tables place it. Times in ticks of the track's time scale; edit lists are ignored. */
export type Mp4Sample = {
  readonly offset: number;
  readonly size: number;
  readonly time: number;
  readonly duration: number;
};

/** One track, read by us alone. `setup` is the codec's own configuration record. */
export type Mp4Track = {
  readonly kind: 'video' | 'audio' | 'other';
  readonly codec: string;
  readonly timeScale: number;
  readonly samples: readonly Mp4Sample[];
  readonly setup: Uint8Array;
  readonly width: number;
  readonly height: number;
};

const text = (view: DataView, at: number): string =>
  String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3));

/** Reads a `trak` box into samples. Throws a plain error naming the table that is missing; the guard reports it. */
export async function readTrack(source: ByteSource, trak: Mp4Box): Promise<Mp4Track> {
  const need = async (path: string): Promise<DataView> => {
    const box = childAt(trak.children, path);
    if (box === null) throw new Error(`a track has no single ${path}`);
    return bodyOf(source, box);
  };
  const handler = text(await need('mdia/hdlr'), 8);
  const mdhd = await need('mdia/mdhd');
  const timeScale = mdhd.getUint32(mdhd.getUint8(0) === 1 ? 20 : 12);
  const stsd = childAt(trak.children, 'mdia/minf/stbl/stsd');
  const [entry, ...more] = stsd?.children ?? [];
  if (entry === undefined || more.length > 0) throw new Error('a track has not exactly one description');
  const kind = handler === 'vide' ? 'video' : handler === 'soun' ? 'audio' : 'other';
  const description = await bodyOf(source, entry);
  const setupBox = entry.children.find((box) => box.type === (kind === 'video' ? 'avcC' : 'esds'));
  const setup = setupBox === undefined ? null : await bodyOf(source, setupBox);
  const stbl = 'mdia/minf/stbl';
  const chunks = childAt(trak.children, `${stbl}/stco`);
  const offsets = await need(chunks === null ? `${stbl}/co64` : `${stbl}/stco`);
  return {
    kind,
    codec: entry.type,
    timeScale,
    samples: placeSamples(
      await need(`${stbl}/stsz`),
      await need(`${stbl}/stsc`),
      offsets,
      chunks === null,
      await need(`${stbl}/stts`),
    ),
    setup: setup === null ? new Uint8Array() : new Uint8Array(setup.buffer, setup.byteOffset, setup.byteLength),
    width: kind === 'video' ? description.getUint16(24) : 0,
    height: kind === 'video' ? description.getUint16(26) : 0,
  };
}

function placeSamples(
  stsz: DataView,
  stsc: DataView,
  chunks: DataView,
  wide: boolean,
  stts: DataView,
): readonly Mp4Sample[] {
  const fixed = stsz.getUint32(4);
  const count = stsz.getUint32(8);
  const times = readTimes(stts, count);
  const samples: Mp4Sample[] = [];
  const chunkCount = chunks.getUint32(4);
  const runs = stsc.getUint32(4);
  for (let run = 0; run < runs; run++) {
    const first = stsc.getUint32(8 + run * 12);
    const perChunk = stsc.getUint32(12 + run * 12);
    const until = run + 1 < runs ? stsc.getUint32(8 + (run + 1) * 12) : chunkCount + 1;
    for (let chunk = first; chunk < until; chunk++) {
      let offset = wide ? Number(chunks.getBigUint64(8 + (chunk - 1) * 8)) : chunks.getUint32(8 + (chunk - 1) * 4);
      for (let i = 0; i < perChunk; i++) {
        const index = samples.length;
        const size = fixed === 0 ? stsz.getUint32(12 + index * 4) : fixed;
        const [time, duration] = times[index] ?? [0, 0];
        samples.push({ offset, size, time, duration });
        offset += size;
      }
    }
  }
  if (samples.length !== count) throw new Error(`${samples.length} samples are placed, ${count} are listed`);
  return samples;
}

function readTimes(stts: DataView, count: number): readonly (readonly [number, number])[] {
  const times: [number, number][] = [];
  let time = 0;
  for (let entry = 0; entry < stts.getUint32(4); entry++) {
    const repeat = stts.getUint32(8 + entry * 8);
    const duration = stts.getUint32(12 + entry * 8);
    for (let i = 0; i < repeat; i++) {
      times.push([time, duration]);
      time += duration;
    }
  }
  if (times.length !== count) throw new Error(`${times.length} samples have a time, ${count} are listed`);
  return times;
}

/** The AudioSpecificConfig inside an `esds` body, or null. */
export function audioSetup(esds: Uint8Array): Uint8Array | null {
  // Descriptors nest: tag, length in 7-bit groups, content. Tag 5 holds what the decoder needs.
  let position = 4;
  while (position < esds.length) {
    const tag = esds[position++];
    let length = 0;
    for (let i = 0; i < 4; i++) {
      const byte = esds[position++] ?? 0;
      length = length * 128 + (byte & 127);
      if ((byte & 128) === 0) break;
    }
    if (tag === 5) return esds.slice(position, position + length);
    if (tag === 3) position += 3;
    else if (tag === 4) position += 13;
    else position += length;
  }
  return null;
}
