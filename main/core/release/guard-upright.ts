import type { Channel } from '#common/redaction/index.ts';
import type { Planes } from './guard-cover.ts';

/** The same memory again for every frame; what stood in it is gone with the next. */
type Memory = (name: string, bytes: number) => Uint8Array;

/**
 * Makes planes as a player shows them, with even sides, in memory of their own that is used again for the next frame.
 * `matrix` is the display matrix of the track, nine 32-bit numbers `a b u c d v x y w`: the coded point (x, y) is shown at
 * (a·x + c·y, b·x + d·y). Only turns by quarters and mirrors count; each sample is put where the matrix says, without any
 * idea of angles.
 */
export function createUpright(matrix: Buffer | null): (planes: Planes) => Planes {
  const [a, b, c, d] = quarterTurn(matrix);
  const kept = new Map<string, Uint8Array>();
  const memory: Memory = (name, bytes) => {
    const known = kept.get(name);
    if (known?.length === bytes) return known;
    const made = new Uint8Array(bytes);
    kept.set(name, made);
    return made;
  };
  return (planes) =>
    evenPlanes(
      planes.map((plane, i) => turn(plane, [a, b, c, d], (bytes) => memory(`plane ${i}`, bytes))),
      memory,
    );
}

type Turn = readonly [number, number, number, number];

function quarterTurn(matrix: Buffer | null): Turn {
  if (matrix === null || matrix.length < 20) return [1, 0, 0, 1];
  const numbers = [0, 4, 12, 16].map((at) => matrix.readInt32LE(at));
  const largest = Math.max(...numbers.map(Math.abs));
  const [a = 1, b = 0, c = 0, d = 1] = numbers.map((number) =>
    Math.abs(number) * 2 < largest ? 0 : Math.sign(number),
  );
  return Math.abs(a * d) + Math.abs(b * c) === 1 && a * b === 0 ? [a, b, c, d] : [1, 0, 0, 1];
}

function turn(plane: Channel, [a, b, c, d]: Turn, memory: (bytes: number) => Uint8Array): Channel {
  const { width: across, height: down, data, offset, rowStride, pixelStride } = plane;
  const sideways = a === 0;
  const width = sideways ? down : across;
  const height = sideways ? across : down;
  const out = memory(width * height);
  const left = a + c < 0 ? width - 1 : 0;
  const top = b + d < 0 ? height - 1 : 0;
  for (let y = 0; y < down; y++) {
    const row = offset + y * rowStride;
    const start = left + c * y + (top + d * y) * width;
    const step = a + b * width;
    if (step === 1 && pixelStride === 1) out.set(data.subarray(row, row + across), start);
    else for (let x = 0; x < across; x++) out[start + x * step] = data[row + x * pixelStride] ?? 0;
  }
  return { ...plane, data: out, offset: 0, pixelStride: 1, rowStride: width, width, height };
}

/** Black where a row or column has to be added: H.264 in 4:2:0 knows no odd sides. */
function evenPlanes(planes: Planes, memory: Memory): Planes {
  const [luma, ...chroma] = planes;
  if (luma === undefined || (luma.width % 2 === 0 && luma.height % 2 === 0)) return planes;
  const width = luma.width + (luma.width % 2);
  const height = luma.height + (luma.height % 2);
  const data = memory('even', width * height).fill(luma.black);
  for (let y = 0; y < luma.height; y++) {
    const row = luma.offset + y * luma.rowStride;
    data.set(luma.data.subarray(row, row + luma.width), y * width);
  }
  return [{ ...luma, data, offset: 0, rowStride: width, width, height }, ...chroma];
}
