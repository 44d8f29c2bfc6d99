import { ExpectedError } from '#common/errors/index.ts';

/** Random access to the finished file. */
export type ByteSource = { readonly size: number; read(position: number, length: number): Promise<Uint8Array> };

/** One box of an MP4 file: where it is, and its children when it only holds boxes. */
export type Mp4Box = {
  readonly type: string;
  /** From the file's start, header included. */
  readonly start: number;
  readonly size: number;
  /** Where the box's own content starts. */
  readonly body: number;
  readonly path: string;
  readonly children: readonly Mp4Box[];
};

/** Boxes that hold nothing but boxes, after so many bytes of fields. Only what a release may contain. */
const containers: Readonly<Record<string, number>> = {
  moov: 0,
  trak: 0,
  mdia: 0,
  minf: 0,
  dinf: 0,
  stbl: 0,
  dref: 8,
  stsd: 8,
  avc1: 78,
  mp4a: 28,
};

const deepest = 10;

/** Reads the boxes of a file, down to the last allowed container. Throws `guard-failed` when the structure does not add up. */
export async function readBoxes(source: ByteSource): Promise<readonly Mp4Box[]> {
  return readRange(source, 0, source.size, '', 0);
}

async function readRange(
  source: ByteSource,
  from: number,
  to: number,
  parent: string,
  depth: number,
): Promise<readonly Mp4Box[]> {
  const boxes: Mp4Box[] = [];
  for (let position = from; position < to; ) {
    const header = await source.read(position, 16);
    if (header.length < 8 || depth > deepest) throw broken(parent, position);
    const view = new DataView(header.buffer, header.byteOffset, header.length);
    const type = String.fromCharCode(...header.subarray(4, 8));
    const short = view.getUint32(0);
    const long = short === 1 && header.length === 16;
    const size = long ? Number(view.getBigUint64(8)) : short;
    const head = long ? 16 : 8;
    if (size < head || position + size > to) throw broken(`${parent}/${type}`, position);
    const path = parent === '' ? type : `${parent}/${type}`;
    const fields = containers[type];
    const inside = position + head + (fields ?? 0);
    if (fields !== undefined && inside > position + size) throw broken(path, position);
    const children = fields === undefined ? [] : await readRange(source, inside, position + size, path, depth + 1);
    boxes.push({ type, start: position, size, body: position + head, path, children });
    position += size;
  }
  return boxes;
}

/** All boxes of a tree, parents first. */
export function* everyBox(boxes: readonly Mp4Box[]): Generator<Mp4Box> {
  for (const box of boxes) {
    yield box;
    yield* everyBox(box.children);
  }
}

/** The only child at a path below a box (`mdia/minf/stbl`); null when it is missing or there are several. */
export function childAt(boxes: readonly Mp4Box[], path: string): Mp4Box | null {
  let found: Mp4Box | null = null;
  let level = boxes;
  for (const type of path.split('/')) {
    const matching = level.filter((box) => box.type === type);
    const [only] = matching;
    if (only === undefined || matching.length !== 1) return null;
    found = only;
    level = only.children;
  }
  return found;
}

/** The content of a box, without its header. */
export async function bodyOf(source: ByteSource, box: Mp4Box): Promise<DataView> {
  const bytes = await source.read(box.body, box.start + box.size - box.body);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

function broken(path: string, position: number): ExpectedError {
  return new ExpectedError('guard-failed', `The structure of the file breaks at byte ${position} (${path}).`, {
    nextStep: 'Render the redacted copy again.',
  });
}
