import { AV_PKT_DATA_DISPLAYMATRIX } from 'node-av/constants';
import type { Stream } from 'node-av/lib';

/** How to turn the coded picture upright: first mirrored left to right, then turned clockwise. */
export type Orientation = { readonly mirrored: boolean; readonly rotation: 0 | 90 | 180 | 270 };

const turns = [0, 90, 180, 270] as const;

/**
 * Reads the display matrix of a video stream. Its numbers are `a b u c d v x y w`, nine 32-bit integers in the machine's
 * own order; a coded point (x, y) is shown at (a·x + c·y, b·x + d·y).
 */
export function orientationOf(stream: Stream): Orientation {
  const matrix = stream.codecpar.getCodedSideData(AV_PKT_DATA_DISPLAYMATRIX);
  if (matrix === null || matrix.length < 20) return { mirrored: false, rotation: 0 };
  const a = matrix.readInt32LE(0);
  const b = matrix.readInt32LE(4);
  const c = matrix.readInt32LE(12);
  const d = matrix.readInt32LE(16);
  const mirrored = a * d - b * c < 0;
  // Undoing the mirror first leaves a pure turn; its angle grows clockwise because y points down.
  const angle = (Math.atan2(mirrored ? -b : b, mirrored ? -a : a) * 180) / Math.PI;
  const rotation = turns[((Math.round(angle / 90) % 4) + 4) % 4] ?? 0;
  return { mirrored, rotation };
}

export function isSideways(orientation: Orientation): boolean {
  return orientation.rotation === 90 || orientation.rotation === 270;
}

/** The filters that turn a picture upright, in order; empty when it is upright. */
export function uprightFilters({ mirrored, rotation }: Orientation): readonly string[] {
  const filters: string[] = mirrored ? ['hflip'] : [];
  if (rotation === 90) filters.push('transpose=clock');
  if (rotation === 180) filters.push('hflip', 'vflip');
  if (rotation === 270) filters.push('transpose=cclock');
  return filters;
}
