import { AV_FRAME_DATA_REGIONS_OF_INTEREST } from 'node-av/constants';
import type { Frame } from 'node-av/lib';
import type { PixelRect } from '#common/geometry/index.ts';

/** `AVRegionOfInterest`: its own size, top, bottom, left, right, and a quantiser offset as a fraction; 32 bits each. */
const regionSize = 28;
/** A sixth of the quantiser's range finer: about half the error. */
const finer = { numerator: -1, denominator: 6 };
/** What lies just outside of an edge shares blocks with what lies just inside. */
const around = 16;

/**
 * Tells the encoder to spend bits on these regions first. Where bits are few, the sharp edge of a mask would otherwise ring
 * and bleed, and nobody could tell a bad mask from a bad encoding.
 */
export function keepSharp(frame: Frame, regions: readonly PixelRect[]): void {
  frame.removeSideData(AV_FRAME_DATA_REGIONS_OF_INTEREST);
  const bytes = Buffer.alloc(regionSize * regions.length);
  for (const [index, { left, top, width, height }] of regions.entries()) {
    const at = index * regionSize;
    bytes.writeUInt32LE(regionSize, at);
    bytes.writeInt32LE(Math.max(0, top - around), at + 4);
    bytes.writeInt32LE(Math.min(frame.height, top + height + around), at + 8);
    bytes.writeInt32LE(Math.max(0, left - around), at + 12);
    bytes.writeInt32LE(Math.min(frame.width, left + width + around), at + 16);
    bytes.writeInt32LE(finer.numerator, at + 20);
    bytes.writeInt32LE(finer.denominator, at + 24);
  }
  frame.newSideData(AV_FRAME_DATA_REGIONS_OF_INTEREST, bytes.length).set(bytes);
  // Where native memory cannot be reached the bytes went into a copy, and the encoder would refuse what is there instead.
  const written = frame.getSideData(AV_FRAME_DATA_REGIONS_OF_INTEREST);
  if (written === null || !bytes.equals(written)) frame.removeSideData(AV_FRAME_DATA_REGIONS_OF_INTEREST);
}
