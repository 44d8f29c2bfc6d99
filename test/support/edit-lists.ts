import { readFileSync, writeFileSync } from 'node:fs';

/** One edit: how long it lasts in ticks of the film (1000 a second), and where in the track it begins, in the track's ticks. */
export type Edit = readonly [duration: number, mediaTime: number];

/** Gives the tracks of an MP4 file (whose index comes last) other edit lists; null leaves a track as it is. */
export function writeEditLists(path: string, lists: readonly (readonly Edit[] | null)[]): void {
  const bytes = readFileSync(path);
  const moov = boxes(bytes).find((box) => box.type === 'moov');
  if (moov === undefined || moov.at + moov.bytes.length !== bytes.length)
    throw new Error(`${path}: no index at its end.`);
  let track = 0;
  const parts = boxes(moov.bytes.subarray(8)).map((box) => {
    const list = box.type === 'trak' ? lists[track++] : null;
    if (list === null || list === undefined) return box.bytes;
    const inner = boxes(box.bytes.subarray(8)).filter(({ type }) => type !== 'edts');
    return makeBox(
      'trak',
      ...inner.flatMap((each) => (each.type === 'tkhd' ? [each.bytes, editBox(list)] : [each.bytes])),
    );
  });
  writeFileSync(path, Buffer.concat([bytes.subarray(0, moov.at), makeBox('moov', ...parts)]));
}

function boxes(bytes: Buffer): readonly { readonly type: string; readonly at: number; readonly bytes: Buffer }[] {
  const found = [];
  for (let at = 0; at + 8 <= bytes.length; ) {
    const size = bytes.readUInt32BE(at);
    found.push({ type: bytes.toString('latin1', at + 4, at + 8), at, bytes: bytes.subarray(at, at + size) });
    at += size;
  }
  return found;
}

function makeBox(type: string, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + body.length);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, body]);
}

function editBox(list: readonly Edit[]): Buffer {
  const entries = Buffer.alloc(8 + 12 * list.length);
  entries.writeUInt32BE(list.length, 4);
  for (const [index, [duration, mediaTime]] of list.entries()) {
    entries.writeUInt32BE(duration, 8 + index * 12);
    entries.writeInt32BE(mediaTime, 12 + index * 12);
    entries.writeUInt32BE(65536, 16 + index * 12);
  }
  return makeBox('edts', makeBox('elst', entries));
}
